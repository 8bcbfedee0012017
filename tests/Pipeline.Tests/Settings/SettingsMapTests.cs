using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Tests.Settings;

public class SettingsMapTests
{
    [Fact]
    public void Lengths_that_are_not_stated_follow_from_the_rollout()
    {
        var lengths = SettingsMap.Lengths(new RewardConfig(), maxNewTokens: 20480);
        Assert.Equal((20480, 20480, 4096), (lengths.CosineMaxLength, lengths.OverlongMaxLength, lengths.OverlongCache));
        Assert.Equal(
            (-1, -0.5, 0.5, 1),
            (lengths.CosineMinWrong, lengths.CosineMaxWrong, lengths.CosineMinCorrect, lengths.CosineMaxCorrect)
        );
    }

    [Fact]
    public void Each_stated_length_and_value_has_its_place()
    {
        var lengths = SettingsMap.Lengths(
            new RewardConfig
            {
                CosineMinValueWrong = -4,
                CosineMaxValueWrong = -3,
                CosineMinValueCorrect = 3,
                CosineMaxValueCorrect = 4,
                CosineMaxLength = 10,
                OverlongMaxLength = 20,
                OverlongCache = 0,
            },
            maxNewTokens: 256
        );
        Assert.Equal((10, 20, 0), (lengths.CosineMaxLength, lengths.OverlongMaxLength, lengths.OverlongCache));
        Assert.Equal((-4, -3, 3, 4), (lengths.CosineMinWrong, lengths.CosineMaxWrong, lengths.CosineMinCorrect, lengths.CosineMaxCorrect));
        Assert.Equal(6, SettingsMap.Lengths(new RewardConfig { OverlongMaxLength = 30 }, maxNewTokens: 256).OverlongCache);
    }
}
