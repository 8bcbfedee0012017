using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

/// <summary>Weights that are no numbers are named when they are read, and never written.</summary>
public sealed class FiniteNumbersTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_first_is_found_wherever_it_is(float bad)
    {
        foreach (int length in (int[])[1, 2, 7, 8, 9, 31, 64, 4095, 4096, 4097, 9000])
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => i % 2 == 0 ? float.MaxValue : float.MinValue)];
            Assert.Equal(-1, FiniteNumbers.FirstBad(values));
            foreach (int at in (int[])[0, length / 2, length - 1])
            {
                float[] damaged = [.. values];
                damaged[at] = bad;
                damaged[^1] = bad;
                Assert.Equal(at, FiniteNumbers.FirstBad(damaged));
            }
        }

        Assert.Equal(-1, FiniteNumbers.FirstBad([]));
    }

    [Fact]
    public void What_would_be_infinite_as_a_16_bit_number_counts_there()
    {
        foreach (float value in (float[])[65504, 65519, 65520, 1e6f, -65519, -65520, 3e38f, 3.3895e38f, 3.3962e38f, float.MaxValue, 1e-30f])
        {
            Assert.Equal(Half.IsFinite((Half)value), FiniteNumbers.FirstBad([value], WeightType.F16) < 0);
            float rounded = BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(value) << 16);
            Assert.Equal(float.IsFinite(rounded), FiniteNumbers.FirstBad([value], WeightType.BF16) < 0);
        }
    }

    [Fact]
    public void A_file_with_one_is_named_with_the_parameter_and_the_index()
    {
        WriteWith(float.NaN);
        using var opened = HfModelDirectory.Open(directory.Path);
        var error = Assert.Throws<ModelFileException>(() => opened.ReadAll().ToList());
        Assert.StartsWith(
            $"{directory.File(HfModelDirectory.SingleFileName)}: 'model.layers.1.mlp.up_proj.weight' has NaN at index [3, 5]; ",
            error.Message,
            StringComparison.Ordinal
        );
        float[] values = new float[12 * 8];
        Assert.Throws<ModelFileException>(() => opened.ReadFloat32("model.layers.1.mlp.up_proj.weight", values));
    }

    [Theory]
    [InlineData(WeightType.F32, float.PositiveInfinity)]
    [InlineData(WeightType.F16, 1e6f)]
    [InlineData(WeightType.BF16, float.MaxValue)]
    public void Weights_with_one_are_not_written_and_what_was_there_stays(WeightType type, float bad)
    {
        HfModelDirectory.WriteWeights(directory.Path, RandomWeights.Create(SmallDecoder.Config, 3), WeightType.F32);
        byte[] before = File.ReadAllBytes(directory.File(HfModelDirectory.SingleFileName));
        var weights = RandomWeights.Create(SmallDecoder.Config, 4);
        weights[^1].Values[2] = bad;
        foreach (long shardBytes in (long[])[4L << 30, 1000])
        {
            var error = Assert.Throws<NonFiniteWeightsException>(() =>
                HfModelDirectory.WriteWeights(directory.Path, weights, type, shardBytes)
            );
            Assert.Contains($"'{weights[^1].Name}' has ", error.Message, StringComparison.Ordinal);
            Assert.Contains("at index [2]", error.Message, StringComparison.Ordinal);
            Assert.Equal([directory.File(HfModelDirectory.SingleFileName)], Directory.GetFiles(directory.Path));
            Assert.Equal(before, File.ReadAllBytes(directory.File(HfModelDirectory.SingleFileName)));
        }
    }

    [Fact]
    public void An_optimizer_s_state_with_one_is_neither_written_nor_read()
    {
        var arrays = RandomWeights.Create(SmallDecoder.Config, 3);
        WeightStream[] streams = [.. arrays.Select(WeightStream.Of)];
        string path = directory.File("optimizer.bin");
        arrays[0].Values[1] = float.NaN;
        Assert.Throws<NonFiniteWeightsException>(() => OptimizerFile.Write(path, [("mean", streams)], numSteps: 1));
        Assert.Empty(Directory.GetFiles(directory.Path));

        arrays[0].Values[1] = 0;
        OptimizerFile.Write(path, [("mean", streams)], numSteps: 1);
        Damage(path, float.NaN);
        using var file = OptimizerFile.Open(path, SmallDecoder.Config, ["mean"]);
        Assert.Contains(
            "has NaN at index [",
            Assert.Throws<ModelFileException>(() => file.Read("mean").Select(tensor => tensor.ToArray()).ToList()).Message,
            StringComparison.Ordinal
        );
    }

    private void WriteWith(float bad)
    {
        var weights = RandomWeights.Create(SmallDecoder.Config, 3);
        HfModelDirectory.Write(directory.Path, SmallDecoder.Config, weights, WeightType.F32);
        string path = directory.File(HfModelDirectory.SingleFileName);
        long offset;
        using (var reader = SafetensorsReader.Open(path))
        {
            offset = reader.Find("model.layers.1.mlp.up_proj.weight")!.Offset + (((3 * 8) + 5) * sizeof(float));
        }

        byte[] file = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(file.AsSpan((int)offset), bad);
        File.WriteAllBytes(path, file);
    }

    /// <summary>The last value of the file.</summary>
    private static void Damage(string path, float bad)
    {
        byte[] file = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(file.AsSpan(file.Length - sizeof(float)), bad);
        File.WriteAllBytes(path, file);
    }
}
