namespace GraphsInTime.Data;

/// <summary>Timed events between nodes.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Events">The events, in the order of time.</param>
/// <param name="HasContexts">Whether they are in different places, such as mailing lists.</param>
/// <param name="Remark">What columns were read, for the report.</param>
internal sealed record EventData(string Name, EventRow[] Events, bool HasContexts, string Remark)
{
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
