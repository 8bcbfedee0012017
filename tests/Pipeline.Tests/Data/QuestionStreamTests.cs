using Cppo.Pipeline.Data;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Data;

public class QuestionStreamTests
{
    private static readonly Question[] Questions =
    [
        .. Enumerable.Range(0, 10).Select(row => new Question($"id{row}", $"text{row}", $"{row}", row, [])),
    ];

    [Fact]
    public void Each_epoch_has_every_question_once_in_an_order_of_its_own()
    {
        var stream = new QuestionStream(Questions, seed: 1, shuffle: true);
        string[][] epochs = [.. Enumerable.Range(0, 5).Select(epoch => Ids(stream, epoch))];
        Assert.All(epochs, ids => Assert.Equal(Questions.Select(question => question.Id), ids.Order()));
        Assert.Equal(5, epochs.Select(ids => string.Join(' ', ids)).Distinct().Count());
    }

    [Fact]
    public void Place_alone_decides_whatever_was_asked_before()
    {
        var forward = new QuestionStream(Questions, seed: 7, shuffle: true);
        var backward = new QuestionStream(Questions, seed: 7, shuffle: true);
        Question[] expected = [.. Enumerable.Range(0, 50).Select(place => forward.At(place))];
        Question[] actual = [.. Enumerable.Range(0, 50).Reverse().Select(place => backward.At(place)).Reverse()];
        Assert.Equal(expected, actual);
        Assert.Equal(Enumerable.Range(0, 50).Select(place => (long)place), actual.Select(question => question.Ordinal));
    }

    [Fact]
    public async Task Going_on_from_a_place_repeats_the_rest_exactly()
    {
        var stream = new QuestionStream(Questions, seed: 7, shuffle: true);
        var whole = await stream.From(0).Take(40).ToArrayAsync();
        Assert.Equal(whole[13..], await new QuestionStream(Questions, seed: 7, shuffle: true).From(13).Take(27).ToArrayAsync());
    }

    [Fact]
    public void Seeds_give_different_orders_and_no_shuffle_gives_the_dataset()
    {
        Assert.NotEqual(Ids(new(Questions, seed: 1, shuffle: true), 0), Ids(new(Questions, seed: 2, shuffle: true), 0));
        Assert.Equal(Questions.Select(question => question.Id), Ids(new(Questions, seed: 1, shuffle: false), 3));
    }

    [Fact]
    public void The_order_is_the_same_on_every_machine() =>
        Assert.Equal([4, 5, 7, 1, 3, 2, 0, 6], EpochShuffle.Order(8, seed: 1, epoch: 0));

    [Fact]
    public void Every_question_stands_equally_often_at_every_place()
    {
        // 6,000 epochs of 4: 1,500 expected in each cell, standard deviation 34; five of them leave one run in 100,000 outside.
        int[,] counts = new int[4, 4];
        for (int epoch = 0; epoch < 6000; epoch++)
        {
            int[] order = EpochShuffle.Order(4, seed: 3, epoch);
            for (int place = 0; place < 4; place++)
            {
                counts[place, order[place]]++;
            }
        }
        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 1330, 1670));
    }

    private static string[] Ids(QuestionStream stream, int epoch) =>
        [.. Enumerable.Range(epoch * Questions.Length, Questions.Length).Select(place => stream.At(place).Id)];
}
