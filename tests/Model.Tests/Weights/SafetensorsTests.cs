using System.Text;
using Cppo.Model.Engine;
using Cppo.Model.Weights;

namespace Cppo.Model.Tests.Weights;

public class SafetensorsTests
{
    private static readonly NamedArray[] Weights =
    [
        new("a", [2, 3], [1f, -2.5f, 3e-5f, 0f, 65000f, -0f]),
        new("b", [1], [0.1f]),
        new("empty", [0, 4], []),
    ];

    [Fact]
    public void Write_thenRead_returnsTheSameBits()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("w.safetensors");
        SafetensorsWriter.Write(path, Weights, WeightType.F32);
        using var reader = SafetensorsReader.Open(path);

        Assert.Equal(["a", "b", "empty"], reader.Weights.Select(w => w.Name));
        Assert.Equal(Weights[0].Shape, reader.Find("a")!.Shape);
        foreach (var weight in Weights)
        {
            Assert.Equal(
                weight.Values.Select(BitConverter.SingleToInt32Bits),
                reader.ReadFloat32(weight.Name).Select(BitConverter.SingleToInt32Bits)
            );
        }

        Assert.False(File.Exists(path + ".tmp"));
    }

    [Theory]
    [InlineData(WeightType.BF16, 1.00390625f, 1f)] // half way between 1 and its neighbour: to even
    [InlineData(WeightType.BF16, 1.01171875f, 1.015625f)] // half way: to even, upwards
    [InlineData(WeightType.BF16, 3.4e38f, float.PositiveInfinity)]
    [InlineData(WeightType.F16, 0.1f, 0.099975586f)]
    [InlineData(WeightType.F16, 1e6f, float.PositiveInfinity)]
    public void Write_in16Bits_roundsToNearestEven(WeightType type, float value, float expected)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("w.safetensors");
        SafetensorsWriter.Write(path, [new NamedArray("x", [1], [value])], type);
        using var reader = SafetensorsReader.Open(path);
        Assert.Equal(expected, Assert.Single(reader.ReadFloat32("x")));
    }

    [Fact]
    public void Round_ofNaN_staysNaN() =>
        Assert.True(float.IsNaN(BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(BitConverter.UInt32BitsToSingle(0x7F800001)) << 16)));

    [Fact]
    public void Open_ofMissingFile_namesIt() =>
        Assert.Contains(
            "nowhere.safetensors",
            Assert.Throws<ModelFileException>(() => SafetensorsReader.Open("nowhere.safetensors")).Message,
            StringComparison.Ordinal
        );

    public static TheoryData<string, string> LyingHeaders =>
        new()
        {
            { """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,8]}}""", "does not fill" },
            {
                """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""",
                "overlap"
            },
            { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "end at byte" },
            { """{"a":{"dtype":"F32","shape":[1000000],"data_offsets":[0,4000000]}}""", "claims the bytes" },
            { """{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "impossible shape" },
            { """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,4],"data_offsets":[0,8]}}""", "impossible shape" },
            { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "claims the bytes" },
            { """{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}""", "F8_E4M3" },
            { """{"a":{"dtype":"F32","shape":[2]}}""", "damaged" },
            { """{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "damaged" },
            { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}""", "twice" },
            { """[1,2]""", "damaged" },
            { """{"a":""", "damaged" },
        };

    [Theory]
    [MemberData(nameof(LyingHeaders))]
    public void Open_ofLyingHeader_isRefusedWithAReason(string header, string reason)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("w.safetensors");
        byte[] json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[16]]);
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => SafetensorsReader.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1_000_000UL)]
    [InlineData(17UL)]
    public void Open_ofHeaderLongerThanTheFile_isRefused(ulong claimed)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("w.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes(claimed), .. new byte[16]]);
        Assert.Contains(
            "header claims",
            Assert.Throws<ModelFileException>(() => SafetensorsReader.Open(path)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Open_ofEveryTruncation_isRefused()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("w.safetensors");
        SafetensorsWriter.Write(path, Weights, WeightType.F32);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<ModelFileException>(() => SafetensorsReader.Open(path));
        }
    }
}
