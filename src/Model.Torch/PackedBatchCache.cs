using Cppo.Model.Decoders;
using Cppo.Stages;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Packed micro-batches between their uses: an update reads each with the reference and then once a pass, and packing means building and
/// uploading the same index tensors and masks every time. One micro-batch is kept for each number that an update gives them
/// (<see cref="MicroBatch.Index"/>); when a number comes with other tokens, another update has begun, and all that is kept goes.
/// </summary>
/// <remarks>
/// At most <paramref name="maxBytes"/> are kept: the first micro-batches of an update that fit. The order of use is the same in every pass,
/// so making room by dropping the oldest would drop each one shortly before it is wanted again. A packed batch has one user at a time, who
/// takes it out and gives it back; who asks for it meanwhile packs anew. So nothing is freed while it is read, and threads share nothing
/// but this list.
/// </remarks>
/// <param name="config">The policy's architecture. Snapshots of another one are packed for one use: they have other masks and
/// angles.</param>
/// <param name="type">The number type of the policy's forward.</param>
/// <param name="device">Where the tensors are.</param>
/// <param name="maxBytes">Of all tensors kept, without those in use.</param>
internal sealed class PackedBatchCache(DecoderConfig config, ScalarType type, Device device, long maxBytes) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, Place> places = [];
    private long keptBytes;
    private bool disposed;

    /// <summary>256 MB on a CPU, 512 MB on a GPU.</summary>
    internal static long MaxBytesOn(Device device) => device.type == TorchSharp.DeviceType.CPU ? 1 << 28 : 1 << 29;

    /// <summary>The micro-batch as a forward of this architecture and type reads it; disposing the lease gives it back.</summary>
    internal Lease Take(MicroBatch batch, DecoderConfig readConfig, ScalarType readType)
    {
        bool keep = readType == type && readConfig == config;
        return new Lease(this, batch, (keep ? Find(batch) : null) ?? new PackedBatch(batch, readConfig, readType, device), keep);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            Clear();
        }
    }

    /// <summary>The same arrays of prompts and of each sample's tokens; what else a sample holds is not packed.</summary>
    private static bool SameTokens(MicroBatch one, MicroBatch other) =>
        ReferenceEquals(one.Prompts, other.Prompts)
        && one.Samples.Length == other.Samples.Length
        && one.Samples.Zip(other.Samples)
            .All(pair => ReferenceEquals(pair.First.TokenIds, pair.Second.TokenIds) && pair.First.Prompt == pair.Second.Prompt);

    /// <summary>Takes out what is kept of this micro-batch, if anything, and notes that it is of the present update.</summary>
    private PackedBatch? Find(MicroBatch batch)
    {
        lock (gate)
        {
            if (!places.TryGetValue(batch.Index, out var place) || !SameTokens(place.Batch, batch))
            {
                if (place is not null)
                {
                    Clear();
                }

                places[batch.Index] = new Place(batch);
                return null;
            }

            var packed = place.Packed;
            place.Packed = null;
            keptBytes -= packed?.NumBytes ?? 0;
            return packed;
        }
    }

    /// <summary>Whether the batch was kept; if not, it is still its user's.</summary>
    private bool TryKeep(MicroBatch batch, PackedBatch packed)
    {
        lock (gate)
        {
            if (
                disposed
                || keptBytes + packed.NumBytes > maxBytes
                || !places.TryGetValue(batch.Index, out var place)
                || place.Packed is not null
                || !SameTokens(place.Batch, batch)
            )
            {
                return false;
            }

            place.Packed = packed;
            keptBytes += packed.NumBytes;
            return true;
        }
    }

    private void Clear()
    {
        foreach (var place in places.Values)
        {
            place.Packed?.Dispose();
        }

        places.Clear();
        keptBytes = 0;
    }

    /// <summary>A packed micro-batch in use.</summary>
    internal sealed class Lease(PackedBatchCache cache, MicroBatch batch, PackedBatch packed, bool keep) : IDisposable
    {
        private bool ended;

        internal PackedBatch Packed => packed;

        /// <inheritdoc/>
        public void Dispose()
        {
            bool first = !ended;
            ended = true;
            if (first && !(keep && cache.TryKeep(batch, packed)))
            {
                packed.Dispose();
            }
        }
    }

    /// <summary>A micro-batch of the present update, and its tensors where they are kept and not in use.</summary>
    private sealed class Place(MicroBatch batch)
    {
        internal MicroBatch Batch => batch;

        internal PackedBatch? Packed { get; set; }
    }
}
