using Cppo.Model.Decoders;
using Cppo.Model.Tests.Engine;
using Cppo.Model.Tests.Training;
using Cppo.Model.Torch;
using Cppo.Stages;
using static TorchSharp.torch;

namespace Cppo.Model.Tests.Torch;

public sealed class PackedBatchCacheTests
{
    private static readonly DecoderConfig Config = TinyModel.Config();

    [TorchFact]
    public void A_micro_batch_is_packed_once_an_update()
    {
        using var cache = NewCache();
        MicroBatch first = Micro(0),
            second = Micro(1);
        PackedBatch one = UseOnce(cache, first),
            two = UseOnce(cache, second);
        Assert.NotSame(one, two);
        Assert.Same(one, UseOnce(cache, first));
        Assert.Same(two, UseOnce(cache, second));
        Assert.False(IsFreed(one) || IsFreed(two));
    }

    [TorchFact]
    public void The_next_update_frees_all_of_the_last()
    {
        using var cache = NewCache();
        PackedBatch one = UseOnce(cache, Micro(0)),
            two = UseOnce(cache, Micro(1)),
            next = UseOnce(cache, Micro(0));
        Assert.True(IsFreed(one) && IsFreed(two));
        Assert.False(IsFreed(next));
    }

    [TorchFact]
    public void Only_the_first_that_fit_are_kept()
    {
        MicroBatch first = Micro(0),
            second = Micro(1),
            third = Micro(2);
        long each = UseOnce(NewCache(), first).NumBytes;
        using var cache = NewCache(maxBytes: 2 * each);
        var packed = new[] { first, second, third }.Select(batch => UseOnce(cache, batch)).ToArray();
        Assert.Equal([false, false, true], packed.Select(IsFreed));
        Assert.Same(packed[0], UseOnce(cache, first));
        Assert.Same(packed[1], UseOnce(cache, second));
        Assert.True(IsFreed(UseOnce(cache, third)));
        Assert.False(IsFreed(packed[0]));
    }

    [TorchFact]
    public void Two_users_at_once_have_one_each()
    {
        using var cache = NewCache();
        var batch = Micro(0);
        var outer = cache.Take(batch, Config, ScalarType.Float32);
        var inner = UseOnce(cache, batch);
        Assert.NotSame(outer.Packed, inner);
        Assert.False(IsFreed(outer.Packed));
        outer.Dispose();
        Assert.True(IsFreed(outer.Packed));
        Assert.Same(inner, UseOnce(cache, batch));
    }

    [TorchFact]
    public void Nothing_is_freed_in_use_and_everything_after_the_end()
    {
        var cache = NewCache();
        var kept = UseOnce(cache, Micro(0));
        var lease = cache.Take(Micro(1), Config, ScalarType.Float32);
        cache.Dispose();
        Assert.True(IsFreed(kept));
        Assert.False(IsFreed(lease.Packed));
        lease.Dispose();
        Assert.True(IsFreed(lease.Packed));
    }

    [TorchFact]
    public void Another_architecture_or_type_is_packed_for_one_use()
    {
        using var cache = NewCache();
        var batch = Micro(0);
        var kept = UseOnce(cache, batch);
        foreach (var (config, type) in new[] { (TinyModel.Config(keyValueHeads: 1), ScalarType.Float32), (Config, ScalarType.BFloat16) })
        {
            var lease = cache.Take(batch, config, type);
            Assert.NotSame(kept, lease.Packed);
            Assert.Equal(type, lease.Packed.Rotary.Cosine_N1C.dtype);
            lease.Dispose();
            Assert.True(IsFreed(lease.Packed));
        }

        Assert.Same(kept, UseOnce(cache, batch));
    }

    private static PackedBatchCache NewCache(long maxBytes = 1 << 20) => new(Config, ScalarType.Float32, CPU, maxBytes);

    /// <summary>In arrays of its own.</summary>
    private static MicroBatch Micro(int index) => new(0, index, [.. Batches.Prompts], Batches.FourSamples(), 1000, 20);

    private static PackedBatch UseOnce(PackedBatchCache cache, MicroBatch batch)
    {
        using var lease = cache.Take(batch, Config, ScalarType.Float32);
        Assert.False(IsFreed(lease.Packed));
        return lease.Packed;
    }

    private static bool IsFreed(PackedBatch packed) => packed.Ids_N.IsInvalid && packed.Attention.Tensors.All(tensor => tensor.IsInvalid);
}
