namespace StateSpace;

/// <summary>What a run came to.</summary>
/// <param name="Data">The data.</param>
/// <param name="Task">What was learned.</param>
/// <param name="Network">The kind of model.</param>
/// <param name="Seed">The seed.</param>
/// <param name="TrainSeconds">Seconds of fitting, reading and export included.</param>
/// <param name="OnnxMaxDifference">The largest relative difference of the exported model to the computation in double precision.</param>
/// <param name="Figures">The figures by name.</param>
internal sealed record Result(string Data, string Task, string Network, int Seed, double TrainSeconds, double OnnxMaxDifference,
    IReadOnlyDictionary<string, double> Figures);
