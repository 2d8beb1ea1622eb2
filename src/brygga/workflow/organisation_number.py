"""Organisation numbers: ten digits, the last of which checks the others by Luhn's rule.

    s = sum of the digits, every other one from the first doubled and its own digits added;  s mod 10 = 0

A number whose third digit is under 2 is a personal identity number, as sole traders have, and is refused: persons are
not kept. Start reading at `organisation_faults`.
"""

from __future__ import annotations

from brygga.core.errors import BryggaError, TableError

DIGITS = 10
LEAST_THIRD = 2
"""A legal person's number has at least this as its third digit; under it is a personal identity number."""


def organisation_faults(number: str, where: str) -> list[BryggaError]:
    """What is wrong with an organisation number; an empty one is allowed.

    Examples
    --------
    >>> organisation_faults("556012-5790", "here"), len(organisation_faults("556012-5791", "here"))
    ([], 1)
    """
    if not number:
        return []
    digits = number.replace("-", "").replace(" ", "")
    form = "write it as 556012-5790, or leave it empty"
    if not (digits.isascii() and digits.isdigit() and len(digits) == DIGITS):
        return [_fault(f"{where}: organisation number {number!r}", f"it has {DIGITS} digits", form)]
    if not _luhn(digits):
        return [_fault(f"{where}: organisation number {number!r}", "its last digit does not check", form)]
    if int(digits[2]) < LEAST_THIRD:
        why = "it looks like a personal identity number, as sole traders have, which is not kept"
        return [_fault(f"{where}: organisation number with third digit {digits[2]}", why, "leave it empty")]
    return []


def tidy_number(number: str) -> str:
    """An organisation number as it is kept, NNNNNN-NNNN; anything else as it is.

    Examples
    --------
    >>> tidy_number("5560125790"), tidy_number("556012-5790"), tidy_number("x")
    ('556012-5790', '556012-5790', 'x')
    """
    digits = number.replace("-", "").replace(" ", "")
    return f"{digits[:6]}-{digits[6:]}" if digits.isascii() and digits.isdigit() and len(digits) == DIGITS else number


def _luhn(digits: str) -> bool:
    """Whether the last digit checks by Luhn's rule."""
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _fault(what: str, why: str, todo: str) -> BryggaError:
    return TableError(what, why=why, todo=todo)
