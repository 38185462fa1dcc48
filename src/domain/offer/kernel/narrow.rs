//! Numbers of 32 bits, of which a processor multiplies several at once.

const LOW: u64 = u32::MAX as u64;

/// The product of two numbers that are known to fit 32 bits; saying so here is what makes it one instruction.
#[inline(always)]
pub(super) fn narrow_product(left: u64, right: u64) -> u64 {
    (left & LOW) * (right & LOW)
}

/// Whether [`narrow_product`] may be used.
pub(super) fn is_narrow(number: u64) -> bool {
    number <= LOW
}
