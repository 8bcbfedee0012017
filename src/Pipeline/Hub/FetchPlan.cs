namespace Cppo.Pipeline.Hub;

/// <summary>A file that is wanted, and how much of it is there.</summary>
/// <param name="File">The file.</param>
/// <param name="Present">Bytes that are there.</param>
internal sealed record PlannedFile(HubFile File, long Present)
{
    /// <summary>Bytes that are to be fetched.</summary>
    public long Missing => File.Size - Present;
}

/// <summary>What is fetched of a repository.</summary>
/// <param name="Name">The repository, as it was asked for.</param>
/// <param name="Commit">The commit that the revision is now.</param>
/// <param name="Files">Those that are wanted, in the order of their paths.</param>
internal sealed record FetchPlan(HubName Name, string Commit, IReadOnlyList<PlannedFile> Files)
{
    /// <summary>Bytes of all files.</summary>
    public long Total => Files.Sum(file => file.File.Size);

    /// <summary>Bytes that are to be fetched.</summary>
    public long Missing => Files.Sum(file => file.Missing);
}
