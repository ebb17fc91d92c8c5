using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that trainers of networks that write sequences share.</summary>
public abstract class GenerativeTrainerOptions : NetworkTrainerOptions
{
    /// <summary>
    /// Further columns that the network writes by: a vector, a category, or the mean over the steps of a series or of tokens of a row
    /// (<see cref="InputColumn"/>). W [inputs] + b is added to each vector of a token that the decoder reads.
    /// </summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>A column of weights, Single, one a row: how much each of its tokens counts; null for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>The network that writes; a Transformer by default.</summary>
    public SequenceDecoder Decoder { get; set; } = SequenceDecoder.Transformer();

    /// <summary>Size of a token's vector, 128 by default.</summary>
    public int EmbeddingSize { get; set; } = 128;

    /// <summary>Whether the output layer's matrix is the table of the tokens' vectors (Press and Wolf 2017). True by default.</summary>
    public bool TieEmbeddings { get; set; } = true;

    /// <summary>Dropout of the tokens' vectors and before the output layer, 0 by default.</summary>
    public float Dropout { get; set; }

    /// <summary>
    /// Share of a target's probability that is spread over all tokens in training (Szegedy et al. 2016), 0 by default. Reported
    /// validation losses are without it.
    /// </summary>
    public float LabelSmoothing { get; set; }

    /// <summary>
    /// How often, in training, a step reads the network's own prediction of the previous token in place of the true one (Bengio et al.
    /// 2015); 0, the default, for teacher forcing alone. The predictions come from a first pass over the batch (Mihaylova and Martins
    /// 2019), so a step takes about twice the time.
    /// </summary>
    public float ScheduledSampling { get; set; }

    /// <summary>
    /// For tokens of type Int32 or Int64: values from 0 to below this are known; null, the default, to learn it from the data.
    /// </summary>
    public int? VocabularySize { get; set; }

    /// <summary>
    /// How the trained model predicts the rows of a view: where, how many at a time, how far it reads ahead. Null for the defaults, on
    /// the target of training. A translator needs memory for as many sequences per row as there are beams.
    /// </summary>
    public SequenceScoringOptions? Scoring { get; set; }

    /// <summary>How the trained model predicts, with a log where the options name none.</summary>
    internal SequenceScoringOptions ScoringWith(Action<string> log)
    {
        var scoring = (Scoring ?? new() { Target = Target }).With(BadRows).Checked();
        scoring.Log ??= log;
        return scoring;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        NotNull(nameof(Decoder), Decoder);
        NamedOrNull(nameof(ExampleWeightColumnName), ExampleWeightColumnName);
        Check(nameof(OutputVector), !OutputVector, OutputVector, "false: what writes tokens has a vector for each step, none for a row");
        AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
        Share(nameof(Dropout), Dropout);
        Share(nameof(LabelSmoothing), LabelSmoothing);
        Share(nameof(ScheduledSampling), ScheduledSampling);
        Scoring?.Checked();
        Check(nameof(VocabularySize), VocabularySize is null or >= 1, VocabularySize, "at least 1, or null");
    }
}
