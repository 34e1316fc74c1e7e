//! Counts the allocations of Rust code.

use crate::Outcome;

#[cfg(feature = "count")]
#[global_allocator]
static ALLOCATOR: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// Returns the number of allocations in `work`, and their bytes.
#[cfg(feature = "count")]
pub(crate) fn during(work: impl FnOnce() -> Outcome) -> Outcome<(usize, usize)> {
    let region = stats_alloc::Region::new(ALLOCATOR);
    work()?;
    let change = region.change();
    Ok((change.allocations + change.reallocations, change.bytes_allocated))
}

#[cfg(not(feature = "count"))]
pub(crate) fn during(_: impl FnOnce() -> Outcome) -> Outcome<(usize, usize)> {
    Err("built without the feature `count`".into())
}
