#!/bin/sh
# Build the wheel, install it in an empty environment, and see that it works there.
set -eu
python=${1:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m build --quiet --outdir "$scratch/dist" .
"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet "$scratch"/dist/*.whl
cat > "$scratch/loop.py" <<'CODE'
def doubles(numbers):
    found = []
    for number in numbers:
        found.append(2 * number)
    return found
CODE
cd "$scratch"
venv/bin/idiomist --version
venv/bin/idiomist checks > /dev/null
status=0
venv/bin/idiomist check loop.py || status=$?
test "$status" = 1
venv/bin/idiomist fix loop.py
grep -q "found = \[2 \* number for number in numbers\]" loop.py
venv/bin/idiomist check loop.py
echo "the wheel works"
