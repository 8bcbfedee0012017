using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Tests.Configuration;

namespace Cppo.Pipeline.Tests.Memory;

/// <summary>The plans that docs/memory.md prints are those that the program makes; <c>make memory-docs</c> writes them anew.</summary>
public sealed class MemoryPageTests
{
    private static readonly string[] Page = File.ReadAllLines(Repository.Path("docs/memory.md"));

    /// <summary>The recipes that the Makefile names, each with the shape that stands for its model.</summary>
    public static TheoryData<string, string> Plans
    {
        get
        {
            string line = File.ReadLines(Repository.Path("Makefile")).Single(line => line.StartsWith("PLANS = ", StringComparison.Ordinal));
            var plans = new TheoryData<string, string>();
            foreach (string plan in line["PLANS = ".Length..].Split(' '))
            {
                plans.Add(plan.Split(':')[0], plan.Split(':')[1]);
            }

            return plans;
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void The_page_has_the_plan_of_each_recipe(string recipe, string shape)
    {
        var config = ConfigLoader.Load(Repository.Path($"recipes/{recipe}.json"), ["model.threads=2"]);
        var model = HfConfigFile.Read(Repository.Path($"recipes/shapes/qwen2.5-{shape}/config.json"));
        var plan = MemoryPlan.Of(config, model, new LongestPrompt(320, "--prompt-tokens"), cores: 2);
        int start = Array.IndexOf(Page, $"<!-- results {recipe} -->"),
            end = Array.IndexOf(Page, $"<!-- end {recipe} -->");
        Assert.InRange(start, 0, end);
        Assert.Equal([.. MemoryTable.Lines(plan)], Page[(start + 2)..(end - 1)]);
    }

    [Fact]
    public void The_page_has_a_row_for_each_purpose()
    {
        string[] named = [.. Page.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim())];
        Assert.All(Enum.GetValues<Model.Memory.MemoryPurpose>(), purpose => Assert.Contains(Model.Memory.MemoryUse.NameOf(purpose), named));
    }
}
