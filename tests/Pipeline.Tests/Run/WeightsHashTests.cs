using System.Buffers.Binary;
using System.IO.Hashing;

namespace Cppo.Pipeline.Tests.Run;

[Collection(RunsCollection.Name)]
public sealed class WeightsHashTests(SmallModel model)
{
    [RunFact]
    public async Task The_last_line_has_the_hash_of_the_model_that_the_run_leaves_and_its_end_says_it()
    {
        var run = await model.StraightAsync(0);
        string[] hashes = [.. run.Metrics.Select(line => (string)line["weights_hash"]!)];
        byte[] file = run.Weights;
        int header = 8 + (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash(file.AsSpan(header))), hashes[^1]);
        Assert.Equal(4, hashes.Distinct().Count());
        Assert.Contains($"weights  {hashes[^1]}\n", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }
}
