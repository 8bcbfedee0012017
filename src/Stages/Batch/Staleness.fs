/// Which policy version generates which batch, and how many groups may be in flight for it.
module Cppo.Stages.Batch.Staleness

/// The version that generates a batch: max(0, batch - maxStaleness). Update n makes version n + 1, so with 0 the two alternate
/// and with 1 batch n + 1 is generated while update n runs.
let versionForBatch (maxStaleness: int) (batch: int) : int = max 0 (batch - maxStaleness)

/// The batches that may be generated and not yet trained: maxStaleness + 1.
let batchesInFlight (maxStaleness: int) : int = max 0 maxStaleness + 1

/// The groups that may be in flight: those of maxStaleness + 1 batches. A batch's credits come back when the weights that its
/// update made are published.
let credits (maxStaleness: int) (groupsPerUpdate: int) : int =
    batchesInFlight maxStaleness * groupsPerUpdate

/// Updates between the version that generated a group and the version that it trains.
let lag (batch: int) (policyVersion: int) : int = batch - policyVersion
