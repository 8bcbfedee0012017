using Cppo.Model.Engine;

namespace Cppo.Model.Tests.Engine;

/// <summary>Comparisons that say how far numbers are apart.</summary>
internal static class Compare
{
    internal static double MaxDifference(IEnumerable<float> expected, IEnumerable<float> actual) =>
        expected.Zip(actual, (e, a) => float.IsNaN(a) ? double.PositiveInfinity : Math.Abs((double)e - a)).DefaultIfEmpty(0).Max();

    internal static void Near(float[][] expected, float[][] actual, double tolerance)
    {
        Assert.Equal(expected.Select(row => row.Length), actual.Select(row => row.Length));
        double difference = MaxDifference(expected.SelectMany(row => row), actual.SelectMany(row => row));
        Assert.True(difference <= tolerance, $"largest difference {difference:g3}, allowed {tolerance:g3}");
    }

    /// <summary>Each array within a share of the largest expected value of that array.</summary>
    internal static void Near(IReadOnlyList<NamedArray> expected, IReadOnlyList<NamedArray> actual, double relativeTolerance)
    {
        Assert.Equal(expected.Select(array => array.Name), actual.Select(array => array.Name));
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.Shape, a.Shape);
            double difference = MaxDifference(e.Values, a.Values),
                allowed = relativeTolerance * e.Values.Max(Math.Abs);
            Assert.True(difference <= allowed, $"{e.Name}: largest difference {difference:g3}, allowed {allowed:g3}");
        }
    }

    /// <summary>Bit for bit.</summary>
    internal static void Same(IReadOnlyList<NamedArray> expected, IReadOnlyList<NamedArray> actual)
    {
        Assert.Equal(expected.Select(array => array.Name), actual.Select(array => array.Name));
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.True(e.Values.AsSpan().SequenceEqual(a.Values), $"{e.Name} differs");
        }
    }
}
