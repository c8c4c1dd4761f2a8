//! What the three services share: serving, health, the error body.
