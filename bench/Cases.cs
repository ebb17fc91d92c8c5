namespace MLSeqGraph.Bench;

/// <summary>One measured piece of work.</summary>
internal interface ICase : IDisposable
{
    /// <summary>Everything that is not measured.</summary>
    void Setup(int threads);

    /// <summary>The work.</summary>
    void Run();

    /// <summary>What a run gets done, by what it is counted in; read after a run.</summary>
    IReadOnlyDictionary<string, double> Work => new Dictionary<string, double>();

    /// <summary>What a run can't do without, by the formula in the case's documentation; read after a run.</summary>
    Cost Cost { get; }

    /// <summary>How often a session runs in a run of the case. Of sessions that run less often a profile shows less.</summary>
    int SessionRuns => 1;

    /// <summary>Where a run's time goes outside of operations, in milliseconds; read after a run.</summary>
    IReadOnlyDictionary<string, double> Phases => new Dictionary<string, double>();
}

/// <summary>Our side of the cases.</summary>
internal static class Cases
{
    /// <summary>Makes a case.</summary>
    internal static ICase Of(CaseShape shape) => shape switch
    {
        RecurrentShape s => new RecurrentCase(s.Kind, s.Batch, s.Steps, s.Features, s.Hidden, s.Train),
        LanguageModelShape s => new LanguageModelCase(s.Batch, s.Steps, s.Vocabulary, s.Width),
        TransformerShape s => new TransformerCase(s.Batch, s.Steps, s.Width, s.Heads, s.Inner, s.Layers, s.Train),
        PretrainedShape s => new PretrainedCase(s),
        ClipShape s => new ClipCase(s),
        ScoringShape s => new ScoringCase(s.Rows, s.Steps, s.Features, s.Hidden, stock: false),
        GraphShape s => new GraphCase(s),
        GraphLayerShape s => new GraphLayerCase(s),
        NeighborSumShape s => new NeighborSumCase(s.Nodes, s.Edges, s.Width),
        AttentionShape s => new AttentionCase(s.Batch, s.Heads, s.Steps, s.Width),
        CtcShape s => new CtcCase(s),
        TriplesShape s => new TriplesCase(s),
        SampledShape s => new SampledCase(s),
        DecodingShape s => new DecodingCase(s.Batch, s.Length, s.Width, s.Layers, s.HasCache),
        _ => throw new ArgumentException($"There is no case for {shape.GetType().Name}.", nameof(shape)),
    };

    /// <summary>Whether stock ML.NET does a case too, in this project.</summary>
    internal static bool HasStock(CaseShape shape) => shape is ScoringShape;

    /// <summary>A case as stock ML.NET does it.</summary>
    internal static ICase StockOf(CaseShape shape) => shape is ScoringShape s
        ? new ScoringCase(s.Rows, s.Steps, s.Features, s.Hidden, stock: true)
        : throw new ArgumentException($"Stock ML.NET has no case for {shape.GetType().Name}.", nameof(shape));

    /// <summary>Measures a case in this process.</summary>
    internal static Measurement Measure(ICase work, int threads, double seconds, int? runs = null)
    {
        using (work)
        {
            work.Setup(threads);
            return Measurement.Of(work.Run, seconds, runs: runs) with { Work = work.Work, Cost = work.Cost };
        }
    }
}
