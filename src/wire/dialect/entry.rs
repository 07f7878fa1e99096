//! What is known about one message of a dialect? One row of the tables, shared by them and the lookup.

/// One message definition (<https://mavlink.io/en/guide/xml_schema.html#messages>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Message id, 24 bits in MAVLink 2, 8 bits in MAVLink 1.
    pub id: u32,
    /// Name as in the XML, e.g. `HEARTBEAT`.
    pub name: &'static str,
    /// Seed byte that ties the CRC to the definition (<https://mavlink.io/en/guide/serialization.html#crc_extra>).
    pub crc_extra: u8,
    /// Longest payload in bytes, extension fields included.
    pub max_len: u8,
}
