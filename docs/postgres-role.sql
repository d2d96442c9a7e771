-- Gives the program a role of its own that may use the tables and may not change history.
--
-- Run by the database's owner after each `meja migrate`, on the database itself:
--   psql "$OWNER_URL" -v role=meja_app -f docs/postgres-role.sql
-- The role exists already: CREATE ROLE meja_app LOGIN PASSWORD '…';
-- `meja migrate` and `meja restore` go on running as the owner; `meja serve` and everything else run as this role.

\set ON_ERROR_STOP on
BEGIN;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"role";
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA public TO :"role";
-- `meja backup` reads where each sequence stands.
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"role";
-- A backup between a migration and this script can read what is new as well.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"role";

-- What is written once: rows are added, and that is all.
GRANT INSERT ON postings, entries, events, gateway_messages, message_outcomes, settlement_files, settlement_lines TO :"role";

-- What tells of money: rows take a step, and never go away.
GRANT INSERT, UPDATE ON
  orders, order_lines, attempts, refunds, money_cases, tickets, stock_moves, shifts, settlement_breaks TO :"role";

-- Everything else the restaurant changes as it likes.
GRANT INSERT, UPDATE, DELETE ON
  outlets, opening_hours, stations, tables, categories, dishes, option_groups, options, staff, staff_sessions,
  pending_logins, recovery_codes, counted_tries, station_tickets, sittings, visits, basket_lines, day_counters, once_keys, heartbeats,
  pictures, pairings, devices, api_keys, printers, print_jobs, rehearsals TO :"role";
COMMIT;
