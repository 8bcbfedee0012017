using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public class RecipeTests
{
    public static TheoryData<string> Recipes =>
        [.. Directory.GetFiles(Repository.Path("recipes"), "*.json").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_is_a_configuration_without_faults(string file)
    {
        var config = ConfigLoader.Load(Repository.Path($"recipes/{file}"), []);
        Assert.Equal(Path.GetFileNameWithoutExtension(file), config.Run.Name);
    }

    [Theory]
    [InlineData("gsm8k-qwen2.5-1.5b.json", 7473, "prune.rule=none", 7473)]
    [InlineData("gsm8k-qwen2.5-1.5b.json", 7473, "prune.keep=8", 3736)]
    [InlineData("gsm8k-qwen2.5-1.5b.json", 7473, "prune.keep=4", 1868)]
    [InlineData("gsm8k-qwen2.5-1.5b.json", 7473, "prune.keep=2", 934)]
    [InlineData("gsm8k-qwen2.5-1.5b.json", 7473, "prune.keep=1", 467)]
    [InlineData("math-qwen2.5-7b.json", 7500, "prune.rule=none", 2500)]
    [InlineData("math-qwen2.5-7b.json", 7500, "prune.keep=8", 1250)]
    [InlineData("math-qwen2.5-7b.json", 7500, "prune.keep=4", 625)]
    [InlineData("math-qwen2.5-7b.json", 7500, "prune.keep=2", 312)]
    [InlineData("math-qwen2.5-7b.json", 7500, "prune.keep=1", 156)]
    [InlineData("words.json", 768, "prune.rule=none", 384)]
    [InlineData("words.json", 768, "prune.keep=8", 192)]
    [InlineData("words.json", 768, "prune.keep=4", 96)]
    [InlineData("words.json", 768, "prune.keep=2", 48)]
    [InlineData("words.json", 768, "prune.keep=1", 24)]
    [InlineData("algebra.json", 768, "prune.rule=none", 384)]
    [InlineData("algebra.json", 768, "prune.keep=8", 192)]
    [InlineData("algebra.json", 768, "prune.keep=4", 96)]
    [InlineData("algebra.json", 768, "prune.keep=2", 48)]
    [InlineData("algebra.json", 768, "prune.keep=1", 24)]
    public void One_epoch_of_a_row_of_the_paper_s_tables_takes_the_stated_updates(string file, int questions, string row, int updates)
    {
        string path = Repository.Path($"recipes/{file}");
        string text = File.ReadAllText(path);
        bool isGrpo = text.Contains("\"rule\": \"none\"", StringComparison.Ordinal);
        var config = ConfigLoader.Load(path, row == "prune.rule=none" ? [row] : ["prune.rule=lowestAbsolute", row]);
        Assert.Equal(updates, questions / BatchArithmetic.Of(config).Questions);
        Assert.Contains(
            row == (isGrpo ? "prune.rule=none" : "prune.keep=2") ? $"\"updates\": {updates} " : $"--set run.updates={updates}",
            text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_smoke_model_has_the_vocabulary_of_Qwen2_5()
    {
        var model = HfConfigFile.Read(Repository.Path("recipes/gsm8k-smoke-model/config.json"));
        Assert.Equal((151936, 2, true), (model.VocabSize, model.NumLayers, model.TieWordEmbeddings));
    }
}
