using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLSeqGraph.Experiments;

/// <summary>
/// Where trials keep what they reached, a folder a trial: those of a population for trials that go on from them, all others so that a trial
/// whose process ended is gone on with by another one.
/// </summary>
internal sealed class TrialCheckpoints : IDisposable
{
    // Rounds whose checkpoints may still be gone on from, where several trials run at a time.
    private const int KeptRounds = 4;

    private readonly string _folder;
    private readonly bool _isTemporary;
    private readonly int? _population;
    private readonly Lazy<StoredCheckpoints>? _stored;

    private TrialCheckpoints(string folder, bool isTemporary, int? population, Lazy<StoredCheckpoints>? stored = null) =>
        (_folder, _isTemporary, _population, _stored) = (folder, isTemporary, population, stored);

    /// <summary>Whether trials go on from others; otherwise from themselves.</summary>
    internal bool IsPopulation => _population is not null;

    /// <summary>Those of an experiment; null where nothing could go on from them.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folds">The number of folds that a trial trains on.</param>
    /// <exception cref="ArgumentException">The folder has to be stated, or is a file, or there are several folds.</exception>
    internal static TrialCheckpoints? Of(Experiment experiment, int folds)
    {
        var study = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(experiment.StudyName)))[..8];
        var isServer = experiment.Database.Contains('=', StringComparison.Ordinal);
        if (experiment.Tuner is PopulationBasedTuner tuner)
        {
            if (folds > 1)
                throw new ArgumentException("A population goes on from checkpoints, of which folds have several; expected SetDataset with "
                    + "a share or rows to validate on.");
            if (tuner.CheckpointFolder is { } stated)
                return new(Path.Combine(stated, study), false, tuner.Population);
            if (experiment.Database == ":memory:")
                return new(Directory.CreateTempSubdirectory("mlseqgraph-population").FullName, true, tuner.Population);
            return isServer ? throw new ArgumentException($"State {nameof(PopulationBasedTuner)}."
                    + $"{nameof(PopulationBasedTuner.CheckpointFolder)}: a folder that all processes of the study can read; a database "
                    + "keeps no checkpoints.")
                : new(Path.Combine($"{experiment.Database}.checkpoints", study), false, tuner.Population);
        }
        if (experiment.Database == ":memory:" || !experiment.KeepsCheckpoints)
            return null;
        if (experiment.CheckpointFolder is { } given)
            return new(Path.Combine(given, study), false, null);
        if (!isServer)
            return new(Path.Combine($"{experiment.Database}.checkpoints", study), false, null);
        return new(Directory.CreateTempSubdirectory("mlseqgraph-trials").FullName, true, null,
            new(() => new(Study.Open(experiment.Database, experiment.StudyName))));
    }

    /// <summary>The folder of a trial that begins: empty, but for what an interrupted process left. Folders that nobody goes on from any
    /// more are deleted.</summary>
    internal string Begin(TrialClaim claim)
    {
        var trial = claim.TrialId;
        if (_population is { } population && trial >= KeptRounds * population)
            Delete(Of(trial - KeptRounds * population));
        var folder = Of(trial);
        if (IsPopulation || !claim.IsBegun || _stored is not null)
            Delete(folder);
        Directory.CreateDirectory(folder);
        if (claim.IsBegun)
            _stored?.Value.Fetch(trial, folder);
        return folder;
    }

    /// <summary>Stores what a trial left in its folder, where other processes don't see it.</summary>
    internal void Keep(int trial) => _stored?.Value.Keep(trial, Of(trial));

    /// <summary>A trial has ended: nobody goes on from it, but in a population.</summary>
    internal void End(int trial)
    {
        if (IsPopulation)
            return;
        Delete(Of(trial));
        _stored?.Value.Drop(trial);
    }

    internal string Of(int trial) => Path.Combine(_folder, trial.ToString("000000", CultureInfo.InvariantCulture));

    public void Dispose()
    {
        if (_stored is { IsValueCreated: true })
            _stored.Value.Dispose();
        if (_isTemporary)
            Delete(_folder);
        else if (!IsPopulation)
            foreach (var folder in (string[])[_folder, Path.GetDirectoryName(_folder)!])
                DeleteEmpty(folder);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private static void DeleteEmpty(string folder)
    {
        try
        {
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
        catch (IOException)
        {
            // another process has begun a trial there
        }
    }
}
