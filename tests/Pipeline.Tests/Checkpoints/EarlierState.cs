using System.Text.Json.Nodes;

namespace Cppo.Pipeline.Tests.Checkpoints;

/// <summary>Makes a checkpoint one of a program that stated neither versions nor checksums.</summary>
internal static class EarlierState
{
    public static void Make(string checkpoint)
    {
        string path = Path.Combine(checkpoint, "state.json");
        var state = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.All(["formatVersion", "checksums", "checksum"], key => Assert.True(state.Remove(key), key));
        File.WriteAllText(path, state.ToJsonString());
    }
}
