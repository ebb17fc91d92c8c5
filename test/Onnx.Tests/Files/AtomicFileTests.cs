using System.Diagnostics;
using System.Net.Sockets;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Files that are written whole or not at all.</summary>
[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("atomic-").FullName;

    private string Name => Path.Combine(_folder, "file.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Write(string path, params byte[] bytes) => AtomicFile.Write(path, stream => stream.Write(bytes));

    [TestMethod]
    public void A_link_stays_one_and_its_file_is_written()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Links take rights that not everybody has there.");
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        var target = Path.Combine(elsewhere, "real.bin");
        File.WriteAllBytes(target, [1]);
        File.CreateSymbolicLink(Name, target);
        Write(Name, 2, 3);
        Assert.IsNotNull(new FileInfo(Name).LinkTarget);
        CollectionAssert.AreEqual((byte[])[2, 3], File.ReadAllBytes(target));
        Assert.HasCount(1, Directory.GetFiles(elsewhere));
    }

    [TestMethod]
    public void What_is_no_regular_file_is_not_replaced()
    {
        var written = false;
        void Refused(string path, string what)
        {
            var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(path, _ => written = true));
            StringAssert.Contains(error.Message, $"'{path}' can't be written: it is {what}");
            Assert.IsFalse(written);
        }
        Directory.CreateDirectory(Name);
        Refused(Name, "a folder");
        Assert.IsTrue(Directory.Exists(Name));
        if (!OperatingSystem.IsLinux())
            return;
        var (fifo, link, socket) = (Path.Combine(_folder, "fifo"), Path.Combine(_folder, "link"), Path.Combine(_folder, "socket"));
        using (var made = Process.Start("mkfifo", [fifo]))
            made.WaitForExit();
        File.CreateSymbolicLink(link, fifo);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(socket));
        Refused(fifo, "a FIFO");
        Refused(link, "a FIFO");
        Refused(socket, "a socket");
        Assert.AreEqual("a FIFO", SpecialFile.NameOf(fifo));
        Assert.AreEqual("a character device", SpecialFile.NameOf("/dev/null"));     // looked at, never written
        Assert.HasCount(4, Directory.GetFileSystemEntries(_folder));
        // nothing there yet, even behind a link
        Assert.IsNull(SpecialFile.NameOf(Path.Combine(_folder, "none")));
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.Combine(_folder, "none"));
        Write(link, 7);
        CollectionAssert.AreEqual((byte[])[7], File.ReadAllBytes(Path.Combine(_folder, "none")));
    }

    [TestMethod]
    public void A_file_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("There are no modes there.");
            return;
        }
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        Write(Name, 1);
        File.SetUnixFileMode(Name, mode);
        Write(Name, 2);
        Assert.AreEqual(mode, File.GetUnixFileMode(Name));
    }

    [TestMethod]
    public void What_killed_processes_left_is_removed_and_what_others_write_stays()
    {
        string stray = Path.Combine(_folder, ".file.bin.1.tmp"), foreign = Path.Combine(_folder, ".other.bin.1.tmp");
        File.WriteAllBytes(stray, [1]);
        File.WriteAllBytes(foreign, [1]);
        // Another writer of the same file, in the middle of it.
        AtomicFile.Write(Name, stream =>
        {
            stream.Write([1, 2]);
            Write(Name, 3);
            stream.Write([4]);
        });
        CollectionAssert.AreEqual((byte[])[1, 2, 4], File.ReadAllBytes(Name));
        CollectionAssert.AreEquivalent((string[])[Name, foreign], Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_full_disk_leaves_the_older_file()
    {
        Write(Name, 1);
        var error = Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(Name, stream =>
        {
            stream.Write([2]);
            throw new IOException("No space left on device");
        }));
        StringAssert.Contains(error.Message, $"'{Name}' can't be written: No space left on device");
        CollectionAssert.AreEqual((byte[])[1], File.ReadAllBytes(Name));
        Assert.HasCount(1, Directory.GetFiles(_folder));
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Write(Path.Combine(_folder, "no", "file"), 1)).Message, "no");
    }
}
