using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>How a model file of another program is used as a network of token sequences.</summary>
public sealed record OnnxNetworkOptions
{
    /// <summary>Which of its weights are trained: all of them by default.</summary>
    public FineTuning Tuning { get; init; } = FineTuning.All;

    /// <summary>
    /// The output that holds a vector for each token, [batch, time, features]; null, the default, for the model's first output of three
    /// axes.
    /// </summary>
    public string? OutputName { get; init; }

    /// <summary>
    /// An output that holds a vector for each sequence, [batch, features], as summary for <see cref="Pooling.Last"/>; null, the default,
    /// for the mean over the sequence's tokens.
    /// </summary>
    public string? SummaryOutputName { get; init; }

    /// <summary>The input of token ids, [batch, time]; null, the default, for <c>input_ids</c> or the only one of whole numbers.</summary>
    public string? TokenInputName { get; init; }

    /// <summary>
    /// The model's id of token 1, that is of the first key: 1, the default, where 0 is the model's id of padding, as in BERT, so that keys
    /// are the model's ids; 0 where keys count the model's ids from 1 on.
    /// </summary>
    public int FirstTokenId { get; init; } = 1;

    /// <summary>The model's id of padding, 0 by default; unknown tokens get it too.</summary>
    public int PaddingId { get; init; }

    /// <summary>
    /// Tokens that the model doesn't have, as <see cref="TextTokenizer.Added"/> gives them: the vector of each starts as the mean of those
    /// of its pieces, or of all vectors where it has none, and is trained with the others. Null, the default, for none: a vocabulary that
    /// doesn't fit is then an error.
    /// </summary>
    public AddedTokens? NewTokens { get; init; }

    /// <summary>
    /// The model's id of the token between the two texts of a pair, such as 102 for BERT's <c>[SEP]</c>: what comes after the first of them
    /// is of type 1 in a model that reads types. Null, the default, for single texts, all of type 0.
    /// </summary>
    public int? SeparatorId { get; init; }
}
