using Cppo.Model.Files;

namespace Cppo.Model.Tests.Files;

public class AtomicFileTests
{
    [Fact]
    public async Task A_file_appears_whole_and_replaces_the_one_before()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("a.txt");
        AtomicFile.WriteText(path, "a long text");
        Assert.Equal("a long text", File.ReadAllText(path));
        AtomicFile.WriteBytes(path, "ä"u8.ToArray());
        Assert.Equal("ä"u8.ToArray(), File.ReadAllBytes(path));
        await AtomicFile.WriteAsync(path, async stream => await stream.WriteAsync("c"u8.ToArray()));
        Assert.Equal("c", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task A_file_that_grows_too_large_is_named()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("a.txt");
        static void Fail() => throw new ArgumentOutOfRangeException("value", "Specified file length was too large for the file system.");
        var error = Assert.Throws<IOException>(() => AtomicFile.Write(path, _ => Fail()));
        Assert.Equal((path, "it grew too large for the disk"), (FileFault.PathOf(error), FileFault.Reason(error)));
        error = await Assert.ThrowsAsync<IOException>(() =>
            AtomicFile.WriteAsync(
                path,
                _ =>
                {
                    Fail();
                    return Task.CompletedTask;
                }
            )
        );
        Assert.Equal(path, FileFault.PathOf(error));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Where_writing_fails_the_file_before_stays_and_nothing_is_beside_it()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("a.txt");
        AtomicFile.WriteText(path, "before");
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.WriteByte(1);
                    Assert.Equal("before", File.ReadAllText(path));
                    throw new InvalidOperationException();
                }
            )
        );
        await Assert.ThrowsAsync<IOException>(() => AtomicFile.WriteAsync(path, _ => throw new IOException("disk full")));
        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void What_a_crash_left_beside_it_is_written_over()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("a.txt");
        File.WriteAllText(path + AtomicFile.Ending, "half of a longer text");
        AtomicFile.WriteText(path, "whole");
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.False(File.Exists(path + AtomicFile.Ending));
    }

    [Fact]
    public void A_probe_leaves_the_file_as_it_is_and_refuses_a_directory_that_is_not_there()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("a.txt");
        AtomicFile.Probe(path);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Probe(directory.File("none/a.txt")));
    }
}
