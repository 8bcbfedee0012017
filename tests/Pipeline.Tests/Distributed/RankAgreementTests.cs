using Cppo.Model.Tests.Collectives;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Distributed;

public sealed class RankAgreementTests
{
    [Fact]
    public void Questions_that_differ_are_refused_on_all_ranks()
    {
        var faults = Faults(ranks => RankAgreement.OnInputs(ranks, () => "same", () => ranks.Rank == 1 ? "b" : "a"));
        Assert.All(faults, fault => Assert.IsType<UsageException>(fault));
        Assert.All(faults, fault => Assert.StartsWith("rank 1 has loaded questions with the hash b, and rank 0 with a;", fault!.Message));
        Assert.All(Faults(ranks => RankAgreement.OnInputs(ranks, () => "same", () => "a")), Assert.Null);
    }

    [Fact]
    public void Weights_that_differ_after_an_update_end_the_run()
    {
        var faults = Faults(ranks => RankAgreement.OnWeights(ranks.Updates, 7, ranks.Rank == 2 ? "b" : "a"));
        Assert.All(faults, fault => Assert.StartsWith("After 7 updates rank 2 has weights with the hash b", fault!.Message));
        Assert.All(Faults(ranks => RankAgreement.OnWeights(ranks.Updates, 7, "a")), Assert.Null);
    }

    [Fact]
    public void The_hash_of_questions_sees_every_part_but_the_ordinal()
    {
        var question = new Question("id", "text", "answer", 3, [new Turn("user", "before")]);
        string hash = QuestionHash.Of([question]);
        Assert.Equal(hash, QuestionHash.Of([new Question("id", "text", "answer", 4, question.Earlier)]));
        Question[] others =
        [
            new("ids", "text", "answer", 3, question.Earlier),
            new("id", "texts", "answer", 3, question.Earlier),
            new("id", "text", "answers", 3, question.Earlier),
            new("idt", "ext", "answer", 3, question.Earlier),
            new("id", "text", "answer", 3, []),
            new("id", "text", "answer", 3, [new Turn("assistant", "before")]),
        ];
        Assert.All(others, other => Assert.NotEqual(hash, QuestionHash.Of([other])));
    }

    [Fact]
    public void Lines_of_a_rank_carry_its_number()
    {
        var stream = new StringWriter { NewLine = "\n" };
        using var notices = new RankNotices(stream, 3);
        notices.WriteLine("one");
        notices.Write("two\r\nth");
        notices.Write("ree\n");
        Assert.Equal("rank 3: one\nrank 3: two\nrank 3: three\n", stream.ToString());
    }

    private static Exception?[] Faults(Action<RunRanks> work) =>
        ThreadRanks.Run(
            3,
            all =>
            {
                using var ranks = new RunRanks(all);
                return Record.Exception(() => work(ranks));
            }
        );
}
