using Examples;

namespace GraphsInTime.Data;

/// <summary>Timed events between nodes.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Events">The events, in the order of time.</param>
/// <param name="HasContexts">Whether they are in different places, such as mailing lists.</param>
/// <param name="Remark">What columns were read, for the report.</param>
internal sealed record EventData(string Name, EventRow[] Events, bool HasContexts, string Remark)
{
    /// <summary>Shares of the events: to train on, and to choose the epoch; the last ones are predicted.</summary>
    internal const double Training = 0.7, Validation = 0.85;

    /// <summary>The lines that events were read from; none where they were made.</summary>
    internal IReadOnlyList<Fields> Lines { get; init; } = [];

    /// <summary>Checks that what is trained on, chosen by and predicted can be asked about.</summary>
    /// <exception cref="InvalidDataException">
    /// There are too few events, or a part has none with a target; it names file and line.
    /// </exception>
    internal void RequireTargets()
    {
        int[] parts = [0, (int)(Training * Events.Length), (int)(Validation * Events.Length), Events.Length];
        foreach (var (from, to) in parts.Zip(parts.Skip(1)))
            if (Lines.Count > 0 && !Events[from..to].Any(one => one.Target.Length > 0))
                throw Lines[Math.Min(from, Events.Length - 1)].Error((from == to
                    ? $"{Events.Length} event{(Events.Length == 1 ? " is" : "s are")} too few"
                    : $"no event from here to line {Lines[to - 1].Line} has a target")
                    + "; expected some with a target among the first 70 %, the next 15 % and the last 15 % of the events");
    }

    /// <summary>How likely the rule that made the events makes a target, by the number of the event and the candidate; null where there
    /// is no such rule.</summary>
    internal Func<int, string, double>? Rule { get; init; }
}

/// <summary>An event.</summary>
internal sealed class EventRow
{
    public double Time { get; set; }

    public string Source { get; set; } = "";

    /// <summary>Empty for an event without a target.</summary>
    public string Target { get; set; } = "";

    public string Context { get; set; } = "";

    public float[] Features { get; set; } = [];
}
