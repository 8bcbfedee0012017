using Cppo.Model.Sampling;

namespace Cppo.Model.Tests.Sampling;

public sealed class CountedRandomTests
{
    [Fact]
    public void Every_counter_changes_the_number_and_the_numbers_are_uniform()
    {
        double[] draws =
        [
            .. from key in Enumerable.Range(0, 10)
            from completion in Enumerable.Range(0, 10)
            from token in Enumerable.Range(0, 10)
            select CountedRandom.Uniform(1, key, completion, token),
        ];
        Assert.Equal(1000, draws.Distinct().Count());
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1 - 1e-16));
        Assert.InRange(draws.Average(), 0.47, 0.53);
        Assert.NotEqual(CountedRandom.Uniform(1, 2, 3, 4), CountedRandom.Uniform(2, 2, 3, 4));
        Assert.Equal(CountedRandom.Uniform(1, 2, 3, 4), CountedRandom.Uniform(1, 2, 3, 4));
    }
}
