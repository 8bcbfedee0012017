using Cppo.Chaos.Children;

namespace Cppo.Chaos.Runs;

/// <summary>A run that was left alone.</summary>
/// <param name="DirectoryPath">Its directory.</param>
/// <param name="Content">What an interrupted run must come to.</param>
/// <param name="Changes">Its changes of files, in the order of this time.</param>
/// <param name="Took">From the start of its process to its end.</param>
internal sealed record WholeRun(string DirectoryPath, RunContent Content, IReadOnlyList<ChangeName> Changes, TimeSpan Took)
{
    /// <summary>What its files take on a disk of blocks of 4096 bytes.</summary>
    public long Bytes =>
        new DirectoryInfo(DirectoryPath).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => (file.Length + 4095) / 4096 * 4096);
}
