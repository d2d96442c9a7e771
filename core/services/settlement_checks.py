"""The invariants of settlement files, in the form of `book_checks`: plain SQL, whose every answer is a fault."""

from typing import Final

SETTLEMENT_CHECKS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "settlement_files_add_up",
        "A settlement file has the payments and the sum that its lines have.",
        "SELECT f.uid FROM settlement_files f LEFT JOIN settlement_lines l ON l.file_id = f.id AND l.kind = 'payment' "
        "GROUP BY f.id, f.uid, f.payments, f.gross, f.fee, f.vat, f.net "
        "HAVING COUNT(l.id) <> f.payments OR COALESCE(SUM(l.gross), 0) <> f.gross "
        "OR COALESCE(SUM(l.fee), 0) <> COALESCE(f.fee, 0) OR COALESCE(SUM(l.vat), 0) <> COALESCE(f.vat, 0) "
        "OR COALESCE(SUM(l.net), 0) <> COALESCE(f.net, 0)",
    ),
    (
        "settlement_breaks_have_their_line",
        "What does not agree stands with a line of its own file, or is a payment of ours that no file lists.",
        "SELECT b.uid FROM settlement_breaks b LEFT JOIN settlement_lines l ON l.id = b.line_id "
        "AND l.file_id = b.file_id AND l.reference = b.reference WHERE (l.id IS NULL) <> (b.kind = 'missing_there')",
    ),
)
