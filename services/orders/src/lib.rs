//! The middle hop: what a user ordered, priced by inventory.
