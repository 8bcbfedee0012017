using Cppo.Pipeline.Charts;

namespace Cppo.Pipeline.Tests.Charts;

public sealed class AxisTests
{
    private static string Labels(AxisOptions options, params double[] values) =>
        string.Join(' ', Axis.Of(values, options).Ticks.Select(tick => tick.Label));

    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0, 23393, "0 5,000 10,000 15,000 20,000")]
    [InlineData(0.55, 0.81, "0.55 0.60 0.65 0.70 0.75 0.80")]
    [InlineData(-1, 1, "−1.0 −0.5 0.0 0.5 1.0")]
    [InlineData(1, 40, "10 20 30 40")]
    [InlineData(0.002, 0.004, "0.0020 0.0025 0.0030 0.0035 0.0040")]
    [InlineData(999_999, 1_000_001, "999,999.0 999,999.5 1,000,000.0 1,000,000.5 1,000,001.0")]
    public void Ticks_are_round_numbers_written_plainly(double low, double high, string labels) =>
        Assert.Equal(labels, Labels(new AxisOptions(), low, high));

    [Fact]
    public void An_axis_that_ends_at_ticks_holds_its_values()
    {
        var axis = Axis.Of([0.57, 0.803], new AxisOptions { EndsAtTicks = true });
        Assert.Equal((0.55, 0.85), (axis.Low, axis.High));
        Assert.Equal("0.55 0.60 0.65 0.70 0.75 0.80 0.85", string.Join(' ', axis.Ticks.Select(tick => tick.Label)));
        Assert.Equal(0, Axis.Of([0.57, 0.803], new AxisOptions { EndsAtTicks = true, HasZero = true }).Low);
    }

    [Theory]
    [InlineData(0, 4e-6, "0 1 2 3 4", "×10⁻⁶")]
    [InlineData(0, 2.5e9, "0.0 0.5 1.0 1.5 2.0 2.5", "×10⁹")]
    [InlineData(-3e-5, 0, "−30 −25 −20 −15 −10 −5 0", "×10⁻⁶")]
    public void Very_large_and_very_small_numbers_share_a_factor(double low, double high, string labels, string factor)
    {
        Assert.Equal(labels, Labels(new AxisOptions(), low, high));
        Assert.Equal(factor, Axis.Of([low, high], new AxisOptions()).Factor);
    }

    [Fact]
    public void Counts_have_whole_ticks()
    {
        Assert.Equal("1 2 3", Labels(new AxisOptions { IsWhole = true }, 1, 3));
        Assert.Equal("7", Labels(new AxisOptions { IsWhole = true }, 7, 7));
        Assert.Equal("2 4 6 8 10", Labels(new AxisOptions { IsWhole = true }, 1, 10));
    }

    [Fact]
    public void Values_without_a_range_and_no_values_at_all_still_have_an_axis()
    {
        Assert.Equal("0.0 0.2 0.4 0.6 0.8 1.0", Labels(new AxisOptions()));
        Assert.Equal("0.0 0.2 0.4 0.6 0.8 1.0", Labels(new AxisOptions(), 0, 0, double.NaN, double.PositiveInfinity));
        var axis = Axis.Of([5, 5], new AxisOptions());
        Assert.Equal((2.5, 7.5, 0.5), (axis.Low, axis.High, axis.PlaceOf(5)));
        var huge = Axis.Of([-1e308, 1e308], new AxisOptions());
        Assert.All(huge.Ticks, tick => Assert.InRange(huge.PlaceOf(tick.Value), 0, 1));
        Assert.InRange(huge.Ticks.Count, 2, 12);
    }

    [Fact]
    public void Any_range_has_few_ticks_in_order_inside_of_it_with_different_labels()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            double low = Math.Sin(seed) * Math.Pow(10, (seed % 25) - 12);
            double high = low + (Math.Abs(Math.Cos(seed)) + 0.01) * Math.Pow(10, (seed * 7 % 25) - 12);
            foreach (bool atTicks in new[] { false, true })
            {
                var axis = Axis.Of([low, high], new AxisOptions { EndsAtTicks = atTicks });

                // 5 times the root of 2.5 steps at most, and one tick more at either end.
                Assert.InRange(axis.Ticks.Count, 1, 10);
                Assert.All(axis.Ticks.Zip(axis.Ticks.Skip(1)), pair => Assert.True(pair.First.Value < pair.Second.Value));
                Assert.Equal(axis.Ticks.Count, axis.Ticks.Select(tick => tick.Label).Distinct().Count());
                Assert.DoesNotContain(axis.Ticks, tick => tick.Label.Contains('E', StringComparison.Ordinal));
            }
        }
    }
}
