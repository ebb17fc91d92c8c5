using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The checkpoints of one run. Each is written under a temporary name and renamed once it is on the disk, so a file
/// with a checkpoint's name is always whole, even if the process ends; and the previous one is kept beside it.
/// </summary>
internal sealed class CheckpointFolder
{
    private const string Prefix = "epoch-", Suffix = ".checkpoint", TemporarySuffix = ".checkpoint.tmp";
    private const int Kept = 2;
    private readonly string _folder;
    private readonly TrainingLog _log;

    /// <summary>
    /// Keeps a folder for one run of this machine until what is returned is disposed of or the process ends. The lock stands among the
    /// temporary files: what is in the folder may be copied at any time.
    /// </summary>
    /// <param name="folder">The folder; null for nothing.</param>
    /// <exception cref="CheckpointException">Another run writes there.</exception>
    internal static IDisposable? Hold(string? folder)
    {
        if (folder is null)
            return null;
        var name = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{name}.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (UnauthorizedAccessException)
        {
            return null;    // left behind by another user
        }
        catch (IOException exception)
        {
            // Without room for temporary files there is no lock.
            return !File.Exists(path) ? null : throw new CheckpointException($"Folder '{folder}' is in use by another run: wait until it "
                + $"has ended, or name another {nameof(TrainingOptions.CheckpointFolder)}. ({exception.Message})", exception);
        }
    }

    /// <summary>Makes the folder, if it doesn't exist, and makes sure that files can be written there.</summary>
    /// <exception cref="CheckpointException">They can't.</exception>
    internal CheckpointFolder(string folder, TrainingLog log)
    {
        (_folder, _log) = (folder, log);
        try
        {
            Directory.CreateDirectory(folder);
            // left behind by a process that ended while it wrote
            foreach (var file in Directory.EnumerateFiles(folder, "*" + TemporarySuffix))
                File.Delete(file);
            var probe = Path.Combine(folder, "probe" + TemporarySuffix);
            try
            {
                File.WriteAllBytes(probe, [1]);
            }
            finally
            {
                // on a full disk it is there without its byte
                TryDelete(probe);
            }
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            throw new CheckpointException($"Checkpoints can't be written to folder '{folder}': {exception.Message}", exception);
        }
    }

    /// <summary>Fails if there are checkpoints, which a new run would mix with its own.</summary>
    internal void MustBeEmpty()
    {
        if (Files() is [var newest, ..])
            throw new CheckpointException(
                $"Folder '{_folder}' holds checkpoints of an earlier run, the newest of epoch {EpochOf(newest)}. Set "
                    + $"{nameof(TrainingOptions.Resume)} to go on from it, delete them, or name another "
                    + $"{nameof(TrainingOptions.CheckpointFolder)}: each run, and each fold of a cross-validation, needs one of its own.");
    }

    /// <summary>The newest checkpoint that can be read; null where there are no checkpoints.</summary>
    /// <param name="identify">Gives the identity of the run that continues from it; null where it may be another one.</param>
    /// <param name="load">Takes what it holds.</param>
    /// <exception cref="CheckpointException">There are checkpoints, but none can be read, or the newest is of another run.</exception>
    internal Checkpoint? ReadNewest(Func<RunIdentity>? identify, Action<Checkpoint>? load = null)
    {
        CheckpointException? last = null;
        foreach (var file in Files())
        {
            if (last is not null)
                _log.Warning($"{last.Message} Going back to '{Path.GetFileName(file)}'.");
            // What is wrong with rows isn't the checkpoint's fault.
            var run = identify?.Invoke();
            try
            {
                var checkpoint = CheckpointFile.Read(file);
                string[] differences = [.. run?.DifferencesFrom(checkpoint.Run) ?? []];
                if (differences.Length > 0)
                    throw new CheckpointException($"Checkpoint '{file}' is of another run: {string.Join("; ", differences)}.");
                load?.Invoke(checkpoint);
                _log.Info($"Resuming after epoch {checkpoint.Epochs.Count} from '{file}'");
                return checkpoint;
            }
            catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ArgumentException
                || (IsFileProblem(exception) && exception is not CheckpointException))
            {
                last = new CheckpointException($"Checkpoint '{file}' can't be used: {exception.Message}.", exception);
            }
        }
        return last is null ? null : throw last;
    }

    /// <exception cref="CheckpointException">There are no checkpoints.</exception>
    internal void MustHaveOne()
    {
        if (Files().Length == 0)
            throw new CheckpointException($"Folder '{_folder}' has no checkpoint to go on from.");
    }

    /// <summary>Writes a checkpoint, and deletes those that are no longer needed.</summary>
    /// <exception cref="CheckpointException">It can't be written.</exception>
    internal void Write(Checkpoint checkpoint)
    {
        var name = Path.Combine(_folder, Prefix + checkpoint.Epochs.Count.ToString("000000", CultureInfo.InvariantCulture));
        try
        {
            CheckpointFile.Write(name + TemporarySuffix, checkpoint);
            File.Move(name + TemporarySuffix, name + Suffix, overwrite: true);
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            TryDelete(name + TemporarySuffix);
            throw new CheckpointException($"The checkpoint of epoch {checkpoint.Epochs.Count} can't be written to folder '{_folder}': "
                + $"{exception.Message}", exception);
        }
        foreach (var file in Files().Skip(Kept))
            if (!TryDelete(file))
                _log.Warning($"The old checkpoint '{file}' can't be deleted.");
    }

    /// <summary>Deletes all checkpoints.</summary>
    internal void Clear()
    {
        foreach (var file in Files())
            if (!TryDelete(file))
                _log.Warning($"The checkpoint '{file}' can't be deleted.");
    }

    // Newest first.
    private string[] Files()
    {
        string[] files = [.. Directory.EnumerateFiles(_folder, Prefix + "*" + Suffix).Where(file => EpochOf(file) > 0)];
        Array.Sort(files, (a, b) => EpochOf(b).CompareTo(EpochOf(a)));
        return files;
    }

    private static int EpochOf(string file) =>
        int.TryParse(Path.GetFileName(file.AsSpan())[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture,
            out var epoch) ? epoch : 0;

    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception exception) when (IsFileProblem(exception))
        {
            return false;
        }
    }

    private static bool IsFileProblem(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
