using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Evaluation;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>All cells of a sweep, configured and checked, before any of them is run.</summary>
/// <param name="File">The sweep.</param>
/// <param name="Methods">In the order of the axes.</param>
/// <param name="Cells">Seed by seed, so that a machine that becomes slower meanwhile slows down all methods.</param>
internal sealed record SweepPlan(SweepFile File, IReadOnlyList<SweepMethod> Methods, IReadOnlyList<SweepCell> Cells)
{
    /// <summary>0.7 * 1000 / 100 is 6.999..., and means 7.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Makes a plan.</summary>
    /// <param name="file">The sweep.</param>
    /// <param name="seeds">Seeds in place of the file's; null: those.</param>
    /// <param name="directory">Where cells lie.</param>
    /// <param name="digests">Hashes of the files that cells read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="ConfigException">Cells have faults; it holds those of all methods.</exception>
    /// <exception cref="DataException">Questions cannot be read.</exception>
    public static async Task<SweepPlan> MakeAsync(
        SweepFile file,
        IReadOnlyList<int>? seeds,
        string directory,
        InputDigests digests,
        CancellationToken cancel
    )
    {
        var methods = SweepMethod.Of(file.Config);
        var faults = new CellFaults(file, methods.Count);
        var cells = new List<SweepCell>();
        var questions = new Dictionary<string, int>();
        foreach (int seed in seeds ?? file.Config.Seeds)
        {
            foreach (var method in methods)
            {
                try
                {
                    string[] options = [.. method.Set, $"run.seed={seed}"];
                    var config = ConfigLoader.Load(method.Base, options);
                    faults.Add(method, Preflight.Faults(config).Select(sentence => new ConfigFault("", ConfigPlace.Default, sentence)));

                    // The test file is wanted though nothing is evaluated while a cell trains.
                    ConfigLoader.Load(method.Base, [.. options, "evaluation.after=true"], PathRules.All);
                    config = await WithUpdatesAsync(file, method, config, questions, cancel);
                    faults.Add(method, KindFaults(file, method, config));
                    cells.Add(CellOf(file.Config, method, config, directory, digests));
                }
                catch (ConfigException fault)
                {
                    faults.Add(method, fault.Faults);
                }
            }
        }

        return faults.All is { Count: > 0 } all ? throw new ConfigException(all) : new(file, methods, cells);
    }

    /// <summary>The four kinds of completions need completions, and both rewards.</summary>
    private static IEnumerable<ConfigFault> KindFaults(SweepFile file, SweepMethod method, PipelineConfig config)
    {
        if (!file.Config.Report.Kinds.Contains(method.Name))
        {
            yield break;
        }

        string[] rewards = [.. config.Reward.Parts.Select(part => part.Name)];
        if (config.Run.Updates == 0)
        {
            yield return file.Fault("report.kinds", $"names {method.Name}, which makes no update");
        }
        else if (!rewards.Contains("format") || !(rewards.Contains("accuracy") || rewards.Contains("mathAccuracy")))
        {
            yield return file.Fault("report.kinds", $"needs the rewards format and accuracy or mathAccuracy, which {method.Name} lacks");
        }
    }

    /// <summary>As many whole updates as the epochs have, unless the method states its own number.</summary>
    private static async Task<PipelineConfig> WithUpdatesAsync(
        SweepFile file,
        SweepMethod method,
        PipelineConfig config,
        Dictionary<string, int> questions,
        CancellationToken cancel
    )
    {
        bool hasOwn = method.StatedValue("run.updates") is not null;
        if (file.Config.Epochs == 0 || hasOwn)
        {
            return config;
        }

        // Which questions can be rewarded depends on the method's rewards.
        if (!questions.TryGetValue(method.Name, out int number))
        {
            var screen = QuestionScreen.Of(await QuestionReader.ReadAsync(config.Data.Train, cancel), SettingsMap.Reward(config));
            questions[method.Name] = number = screen.Readable.Count;
        }

        var batch = BatchArithmetic.Of(config);
        if (batch.Trained is null || config.Allocation.Mode == "tokens" || config.Allocation.DropZeroAdvantage)
        {
            throw new ConfigException([
                file.Fault("epochs", $"cannot be counted for {method.Name}, whose updates differ in questions; state run.updates for it"),
            ]);
        }

        int updates = (int)((file.Config.Epochs * number / batch.Questions) + Rounding);
        return updates > 0
            ? config with
            {
                Run = config.Run with { Updates = updates },
            }
            : throw new ConfigException([
                file.Fault("epochs", $"have {number} questions, and an update of {method.Name} takes {batch.Questions}; raise epochs"),
            ]);
    }

    /// <summary>What changes neither numbers nor times of a cell's training.</summary>
    private static PipelineConfig Determining(PipelineConfig config) =>
        config with
        {
            Run = config.Run with { Name = "cell", Directory = "cells", Resume = false },
            Data = config.Data with { Test = new DatasetConfig() },
            Evaluation = new EvaluationConfig(),
        };

    private static SweepCell CellOf(SweepConfig sweep, SweepMethod method, PipelineConfig config, string directory, InputDigests digests)
    {
        var trained = config with { Evaluation = config.Evaluation with { Before = false, After = false, Every = 0 } };
        string id = InputDigests.Short(
            ProgramVersion.Text,
            ConfigWriter.Write(Determining(config)),
            digests.Of(config.Model.Path),
            digests.Of(RunModels.TokenizerDirectory(config)),
            digests.Of(config.Model.Reference.Path),
            digests.Of(config.Data.Train.Path),
            string.Join(' ', config.Reward.Parts.Where(part => part.Assembly.Length > 0).Select(part => digests.Of(part.Assembly)))
        );
        CellTest[] tests = config.Data.Test.Path.Length == 0 ? [] : [TestOf("test", config, digests)];
        return new SweepCell(
            method.Name,
            config.Run.Seed,
            trained with
            {
                Run = trained.Run with { Name = id, Directory = directory, Resume = false },
            },
            [
                .. tests,
                .. sweep.Tests.Select(test =>
                    TestOf(
                        test.Name,
                        ConfigLoader.Load(
                            method.Base,
                            [.. method.Set, $"run.seed={config.Run.Seed}", EvaluationPlan.AnyLength, .. test.Set],
                            PathRules.All
                        ),
                        digests
                    )
                ),
            ],
            id
        );
    }

    private static CellTest TestOf(string name, PipelineConfig config, InputDigests digests) =>
        new(
            name,
            config,
            InputDigests.Short(
                ProgramVersion.Text,
                ConfigWriter.Write(
                    new PipelineConfig
                    {
                        Data = new DataConfig { Test = config.Data.Test },
                        Prompt = config.Prompt,
                        Reward = config.Reward,
                        Evaluation = config.Evaluation,
                        Run = new RunConfig { Seed = config.Run.Seed },
                        Rollout = new RolloutConfig { MaxNewTokens = config.Rollout.MaxNewTokens },
                    }
                ),
                digests.Of(config.Data.Test.Path)
            )
        );
}
