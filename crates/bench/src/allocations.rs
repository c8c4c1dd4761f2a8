//! Heap allocations of this process so far, where the feature `count-allocations` counts them.

#[cfg(feature = "count-allocations")]
#[global_allocator]
static COUNTED: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// Allocations and reallocations; none where nobody counts.
pub fn so_far() -> Option<u64> {
    #[cfg(feature = "count-allocations")]
    {
        let stats = COUNTED.stats();
        Some((stats.allocations + stats.reallocations) as u64)
    }
    #[cfg(not(feature = "count-allocations"))]
    None
}
