using System.Globalization;

namespace MLSeqGraph.Bench;

/// <summary>One side's times with the better number of threads.</summary>
internal sealed record SideTimes(
    double BestMs, double MedianMs, int Threads, string Formulation, IReadOnlyDictionary<string, double> PerSecond)
{
    internal static SideTimes Of(int threads, Measurement measured) => new(
        measured.Minimum, measured.Median, threads, measured.Formulation,
        measured.Work.ToDictionary(done => done.Key, done => done.Value / measured.Median * 1000));
}

/// <summary>A row of the table.</summary>
internal sealed record ComparedCase(string Case, SideTimes Ours, SideTimes? Theirs, double? Ratio, LimitShare? OfLimit, string Peer)
{
    internal static string Header { get; } =
        $"{"case",-25} {"ours best",10} {"median",9} t {"limit",5} {"of",-4} {"theirs best",12} {"median",9} t {"ratio",6}  peer";

    internal static ComparedCase Of(string name, SideTimes ours, SideTimes? theirs, LimitShare? ofLimit, string peer) =>
        new(name, ours, theirs, theirs?.MedianMs / ours.MedianMs, ofLimit, peer);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Case,-25} {Ours.BestMs,10:0.00} {Ours.MedianMs,9:0.00} {Ours.Threads} "
        + $"{OfLimit?.Share,5:0%} {OfLimit?.Of,-4} "
        + $"{Theirs?.BestMs,12:0.00} {Theirs?.MedianMs,9:0.00} {Theirs?.Threads,1} {Ratio,6:0.00}  {string.Join("; ", Notes())}");

    private IEnumerable<string> Notes()
    {
        if (Theirs is not null)
            yield return Theirs.Formulation.Length > 0 ? $"{Peer}, {Theirs.Formulation}" : Peer;
        foreach (var (what, rate) in Ours.PerSecond)
            yield return string.Create(CultureInfo.InvariantCulture, $"ours {rate:N0} {what.Replace('_', ' ')}/s");
    }
}
