using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;

namespace Cppo.Model.Tests.Managed;

public sealed class MachineRatesTests
{
    private static readonly MachineRates Made = new()
    {
        Threads = 2,
        Vectors = "avx512",
        MultiplyAdd = 400e9,
        PairProduct = 300e9,
        QuadProduct = 800e9,
        ReadBytes = 30e9,
        CachedReadBytes = 200e9,
    };

    [Theory]
    [InlineData("Float32", 40e9, 1e9, 0.1)]
    [InlineData("BFloat16", 40e9, 6e9, 0.2)]
    [InlineData("Int8", 400e9, 6e9, 0.5)]
    public void The_limit_is_arithmetic_or_reading_whichever_takes_longer(
        string precision,
        double operations,
        double bytes,
        double seconds
    ) => Assert.Equal(seconds, Made.LimitSeconds(Enum.Parse<WeightPrecision>(precision), operations, bytes), 1e-12);

    [Fact]
    public void Without_8_bit_products_int8_runs_on_pairs_and_without_these_on_fp32()
    {
        Assert.Equal(300e9, (Made with { QuadProduct = 0 }).Arithmetic(WeightPrecision.Int8));
        Assert.Equal(400e9, (Made with { QuadProduct = 0, PairProduct = 0 }).Arithmetic(WeightPrecision.Int8));
    }

    [Theory]
    [InlineData("Float32", 4)]
    [InlineData("BFloat16", 2)]
    [InlineData("Int8", 1)]
    public void A_steps_products_count_every_weight_once(string precision, int bytesPerWeight)
    {
        var config = new DecoderConfig
        {
            VocabSize = 96,
            HiddenSize = 128,
            IntermediateSize = 256,
            NumLayers = 2,
            NumHeads = 4,
            NumKeyValueHeads = 2,
            MaxPositions = 64,
        };
        using var products = new StepProducts(config, Enum.Parse<WeightPrecision>(precision), threads: 2, CancellationToken.None);
        int perLayer = (128 * 256) + (128 * 128) + (3 * 128 * 256),
            weights = (2 * perLayer) + (96 * 128);
        Assert.Equal(2.0 * 3 * weights, products.Operations(3));

        // A scale of 4 bytes for each 96 inputs of an output: two for 128 inputs, three for the 256 of the MLP's second product.
        int scales = (2 * ((2 * (256 + 128 + 512)) + (3 * 128))) + (2 * 96);
        Assert.Equal((weights * bytesPerWeight) + (bytesPerWeight == 1 ? 4 * scales : 0), products.WeightBytes);
        Assert.True(products.Run(3) > 0);
        Assert.True(products.Run(9) > 0);
    }
}
