//! xls
