#!/bin/sh
# Installs Chromium from Debian's packages where this user may; the browser tests skip with a reason where it is missing.
command -v chromium >/dev/null 2>&1 && exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "no Chromium, and no apt-get to install it: the browser tests will be skipped"
    exit 0
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "no Chromium, and no right to install it (apt-get install chromium): the browser tests will be skipped"
        exit 0
    fi
    as_root="sudo -n"
fi
echo "installing Chromium for the browser tests"
$as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null
