namespace MLSeqGraph.Trainers;

/// <summary>Options of a recurrent decoder.</summary>
public sealed record RecurrentDecoderOptions
{
    /// <summary>The cells: <see cref="LstmOptions"/>, <see cref="GruOptions"/> or <see cref="RnnOptions"/>; not bidirectional, and an LSTM without peepholes and coupled gates.</summary>
    public RecurrentOptions Cells { get; init; } = new LstmOptions();

    /// <summary>How the decoder looks at its source; null for one vector of the whole source, read at every step (Cho et al. 2014). Without a source it is not used.</summary>
    public SourceAttention? Attention { get; init; }

    /// <summary>Whether the attentional vector of a step is input of the next (Luong et al. 2015, section 3.3). An attention that asks before the step has no use for it.</summary>
    public bool InputFeeding { get; init; }

    internal bool FeedsBack => InputFeeding && Attention is { AsksBeforeStep: false };

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Cells);
        Cells.Check();
        if (Cells is not (LstmOptions or GruOptions or RnnOptions))
            throw new ArgumentException($"Cells of a recurrent decoder: expected LstmOptions, GruOptions or RnnOptions; got {Cells.GetType().Name}.");
        if (Cells.Bidirectional)
            throw new ArgumentException("Cells of a recurrent decoder: Bidirectional is true; expected false, as no step may see a later one.");
        if (Cells is LstmOptions { Peepholes: true } or LstmOptions { CoupledInputForget: true })
            throw new ArgumentException("Cells of a recurrent decoder: expected an LSTM without Peepholes and CoupledInputForget; got one with.");
    }
}
