//! The call graph: functions, typed edges, queries.
