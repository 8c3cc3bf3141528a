"""Files into the books: uploaded, looked at, mapped where need be, checked, and published as a whole or not at all."""

from pages.ui import loading, mapped

uploaded = loading.files()
if uploaded:
    how = loading.way()
    mapping = mapped.chosen(uploaded) if how.is_mapped else None
    loading.run(uploaded, how, mapping)
else:
    loading.beginning()
loading.verdict()
