using System.Data.Common;
using System.Globalization;
using System.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Experiments;

/// <summary>
/// The trials of an experiment, in a database that outlives the process: by default one SQLite file, or PostgreSQL. Several processes
/// may work on one study at a time; those that are killed leave trials that another one takes over.
/// </summary>
/// <remarks>
/// Tables: <c>studies</c> (a row a study), <c>trials</c> (a row a trial: state, parameters as JSON, metric, reason, times, epochs, worker)
/// and <c>reports</c> (a row an epoch).
/// </remarks>
public sealed partial class Study : IDisposable
{
    private const string Columns = "number, state, parameters, metric, reason, started_utc, ended_utc, milliseconds, epochs, best_epoch, "
        + "attempts, worker, parent";

    private readonly StudyDatabase _database;
    private readonly SearchSpace? _space;

    private Study(StudyDatabase database, string name, SearchSpace? space)
    {
        (_database, Name, _space) = (database, name, space);
        var found = database.Run(transaction => transaction.Query("SELECT metric, maximize, seed, space FROM studies WHERE name = @study",
            row => (row.GetString(0), row.GetInt32(1) != 0, row.GetInt32(2), row.GetString(3)), ("study", name)));
        if (found.Count == 0)
            throw new StudyException($"There is no study '{name}'; there are: {string.Join(", ",
                NamesIn(database).Select(one => $"'{one}'"))}"
                + ".");
        (Metric, IsMaximize, Seed, Space) = found[0];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The name of the metric.</summary>
    public string Metric { get; }

    /// <summary>Whether more of the metric is better.</summary>
    public bool IsMaximize { get; }

    /// <summary>The seed that decides what is tried.</summary>
    public int Seed { get; }

    /// <summary>The search space as text, a line a dimension.</summary>
    public string Space { get; }

    /// <summary>Opens a study to look at.</summary>
    /// <param name="database">A SQLite file, or a connection string of PostgreSQL (<c>Host=…;Database=…;Username=…</c>).</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="StudyException">There is none of the name, or the database can't be used.</exception>
    public static Study Open(string database, string name) => With(database, opened => new Study(opened, name, null));

    /// <summary>The names of the studies in a database.</summary>
    /// <inheritdoc cref="Open(string, string)"/>
    public static IReadOnlyList<string> Names(string database)
    {
        using var opened = With(database, opened => opened);
        return NamesIn(opened);
    }

    /// <summary>All trials, in the order of their numbers.</summary>
    /// <exception cref="StudyException">The database can't be used.</exception>
    public IReadOnlyList<TrialResult> Trials => _database.Run(ReadTrials);

    /// <summary>The trial with the best metric; null while none is completed. Of equally good ones it is the first.</summary>
    public TrialResult? Best => BestOf(Trials);

    internal TimeSpan Patience
    {
        set => _database.Patience = value;
    }

    /// <summary>What a trial's epochs reported, by epoch from 1.</summary>
    public IReadOnlyDictionary<int, double> Reports(int trialId) => AllReports().GetValueOrDefault(trialId) ?? [];

    /// <summary>Writes a row a trial, whole or not at all: number, state, metric, times, reason, and a column a dimension.</summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var trials = Trials;
        string[] names = [.. trials.SelectMany(trial => trial.Parameters.Keys).Distinct()];
        string[] fixedNames = ["trial", "state", Metric, "milliseconds", "epochs", "best_epoch", "attempts", "started_utc", "ended_utc",
            "worker", "reason"];
        WriteRow(writer, [.. fixedNames, .. names]);
        foreach (var trial in trials)
            WriteRow(writer, [trial.TrialId, trial.State, trial.Metric, trial.DurationInMilliseconds, trial.Epochs, trial.BestEpoch,
                trial.Attempts, trial.StartedAtUtc?.ToString("O"), trial.EndedAtUtc?.ToString("O"), trial.Worker, trial.Reason,
                .. names.Select(name => trial.Parameters.GetValueOrDefault(name))]);
    });

    /// <summary>
    /// Writes a report as one HTML file that loads nothing: what was best when, curves of epochs, parallel coordinates, all trials.
    /// </summary>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void WriteHtml(string path) => StudyReport.Write(this, path);

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    internal TrialResult? BestOf(IEnumerable<TrialResult> trials)
    {
        var completed = trials.Where(trial => trial.State == TrialState.Completed);
        return IsMaximize ? completed.MaxBy(trial => trial.Metric) : completed.MinBy(trial => trial.Metric);
    }

    internal double Loss(double metric) => IsMaximize ? -metric : metric;

    internal Dictionary<int, Dictionary<int, double>> AllReports() => _database.Run(transaction => transaction.Query(
            "SELECT number, epoch, value FROM reports WHERE study = @study", row => (row.GetInt32(0), row.GetInt32(1), row.GetDouble(2)),
            ("study", Name)))
        .GroupBy(row => row.Item1).ToDictionary(rows => rows.Key, rows => rows.ToDictionary(row => row.Item2, row => row.Item3));

    private List<TrialResult> ReadTrials(DbTransaction transaction) => transaction.Query(
        $"SELECT {Columns} FROM trials WHERE study = @study ORDER BY number", ReadTrial, ("study", Name));

    private TrialResult ReadTrial(DbDataReader row) => new()
    {
        TrialId = row.GetInt32(0),
        State = Enum.Parse<TrialState>(row.GetString(1)),
        Parameters = TrialParameters.Parse(row.GetString(2), _space),
        Metric = row.IsDBNull(3) ? null : row.GetDouble(3),
        Reason = row.IsDBNull(4) ? null : row.GetString(4),
        StartedAtUtc = Time(row, 5),
        EndedAtUtc = Time(row, 6),
        DurationInMilliseconds = row.IsDBNull(7) ? 0 : row.GetDouble(7),
        Epochs = row.GetInt32(8),
        BestEpoch = row.GetInt32(9),
        Attempts = row.GetInt32(10),
        Worker = row.IsDBNull(11) ? null : row.GetString(11),
        ParentTrialId = row.IsDBNull(12) ? null : row.GetInt32(12),
    };

    private static DateTime? Time(DbDataReader row, int column) => row.IsDBNull(column) ? null
        : DateTime.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static List<string> NamesIn(StudyDatabase database) => database.Run(transaction =>
        transaction.Query("SELECT name FROM studies ORDER BY name", row => row.GetString(0)));

    private static T With<T>(string database, Func<StudyDatabase, T> use)
    {
        // SQLite would make a file of any name.
        if (!database.Contains('=', StringComparison.Ordinal) && !File.Exists(database))
            throw new StudyException($"There is no file '{database}'; expected one with studies.");
        var opened = new StudyDatabase(database);
        try
        {
            return use(opened);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static void WriteRow(StreamWriter writer, IEnumerable<object?> cells) => writer.WriteLine(string.Join(',',
        cells.Select(cell => Dimension.Text(cell))
            .Select(cell => cell.AsSpan().ContainsAny(",\"\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell)));
}
