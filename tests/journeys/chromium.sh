#!/bin/sh
# Debian's Chromium without what draws the menus of the address bar: two hidden pages for each window, a second of a processor, though
# nobody sees an address bar here. Of several lists of features only the last counts: ours goes on from the one that was given.
given=''
for one in "$@"; do
    case $one in --disable-features=*) given=${one#*=}, ;; esac
done
browser=$(command -v chromium || command -v chromium-browser)
exec "$browser" "$@" "--disable-features=${given}WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
