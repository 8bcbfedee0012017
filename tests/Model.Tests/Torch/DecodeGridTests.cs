using Cppo.Model.Torch;

namespace Cppo.Model.Tests.Torch;

public sealed class DecodeGridTests
{
    [Fact]
    public void Compact_keeps_the_grid_while_a_quarter_cannot_be_saved()
    {
        var grid = Grid("xx.", "x..");
        Assert.Null(Grid("...", "x..").Compact());
        Assert.NotNull(grid.Compact());
    }

    [Fact]
    public void Compact_drops_done_prompts_and_fills_places_with_finished_completions()
    {
        var grid = Grid("xx.x", "xxxx", ".x.x");
        var before = grid.Completions;
        var (prompts, places) = grid.Compact()!.Value;
        Assert.Equal([0L, 2L], prompts);
        Assert.Equal([2L, 0L, 8L, 10L], places);
        Assert.Equal(2, grid.GroupSize);
        Assert.Equal(places.Select(place => before[place]), grid.Completions);
    }

    /// <summary>A string per prompt; x is a finished completion.</summary>
    private static DecodeGrid Grid(params string[] prompts) =>
        new([
            .. prompts.Select(
                (marks, prompt) =>
                    marks
                        .Select(
                            (mark, index) =>
                            {
                                var completion = new CompletionInProgress(prompt, prompt, index, 5, onToken: null);
                                completion.Add(mark == 'x' ? 0 : 1, -1f, [0]);
                                return completion;
                            }
                        )
                        .ToArray()
            ),
        ]);
}
