using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MLSeqGraph.Experiments;

/// <summary>Where trials that go on from others keep what they reached: a folder a trial.</summary>
internal sealed class TrialCheckpoints : IDisposable
{
    // Rounds whose checkpoints may still be gone on from, where several trials run at a time.
    private const int KeptRounds = 4;

    private readonly string _folder;
    private readonly bool _isTemporary;
    private readonly int _population;

    private TrialCheckpoints(string folder, bool isTemporary, int population) =>
        (_folder, _isTemporary, _population) = (folder, isTemporary, population);

    /// <summary>Those of an experiment; null where its trials don't go on from others.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="folds">The number of folds that a trial trains on.</param>
    /// <exception cref="ArgumentException">The folder has to be stated, or there are several folds.</exception>
    internal static TrialCheckpoints? Of(Experiment experiment, int folds)
    {
        if (experiment.Tuner is not PopulationBasedTuner tuner)
            return null;
        if (folds > 1)
            throw new ArgumentException("A population goes on from checkpoints, of which folds have several; expected SetDataset with a "
                + "share or rows to validate on.");
        var study = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(experiment.StudyName)))[..8];
        if (tuner.CheckpointFolder is { } stated)
            return new(Path.Combine(stated, study), false, tuner.Population);
        if (experiment.Database == ":memory:")
            return new(Directory.CreateTempSubdirectory("mlseqgraph-population").FullName, true, tuner.Population);
        return experiment.Database.Contains('=', StringComparison.Ordinal)
            ? throw new ArgumentException($"State {nameof(PopulationBasedTuner)}.{nameof(PopulationBasedTuner.CheckpointFolder)}: a "
                + "folder that all processes of the study can read; a database keeps no checkpoints.")
            : new(Path.Combine($"{experiment.Database}.checkpoints", study), false, tuner.Population);
    }

    /// <summary>The empty folder of a trial that begins, or begins again. Folders that nobody goes on from any more are deleted.</summary>
    internal string Begin(int trial)
    {
        if (trial >= KeptRounds * _population)
            Delete(Of(trial - KeptRounds * _population));
        var folder = Of(trial);
        Delete(folder);
        Directory.CreateDirectory(folder);
        return folder;
    }

    internal string Of(int trial) => Path.Combine(_folder, trial.ToString("000000", CultureInfo.InvariantCulture));

    public void Dispose()
    {
        if (_isTemporary)
            Delete(_folder);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
