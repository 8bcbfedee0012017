/// Which policy version generates which batch, and how many batches may be in flight.
module Cppo.Stages.Batch.Staleness

/// The version that generates a batch: max(0, batch - maxStaleness). Update n makes version n + 1, so with 0 the two alternate
/// and with 1 batch n + 1 is generated while update n runs.
let versionForBatch (maxStaleness: int) (batch: int) : int = max 0 (batch - maxStaleness)

/// The batches that may be generated and not yet trained: maxStaleness + 1.
let batchesInFlight (maxStaleness: int) : int = max 0 maxStaleness + 1

/// Updates between the version that generated a group and the version that it trains.
let lag (batch: int) (policyVersion: int) : int = batch - policyVersion
