namespace MLSeqGraph.Trainers;

public sealed partial class SequencesCatalog
{
    /// <summary>Answers questions by parts of texts.</summary>
    /// <param name="labelColumnName">The column of answers: the first and the last token of each, as <c>FindAnswers</c> gives.</param>
    /// <param name="contextColumnName">The column of texts: vectors of keys.</param>
    /// <param name="questionColumnName">The column of questions: vectors of keys of the same vocabulary.</param>
    /// <param name="network">The network; null for a Transformer over both.</param>
    /// <param name="epochs">Passes over the training data.</param>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.TokenizeText([new("Context", "ContextText"), new("Question", "QuestionText")])
    ///     .Append(ml.Transforms.FindAnswers("Label", "ContextText", "AnswerText"))
    ///     .Append(ml.Sequences().QuestionAnswering())
    ///     .Append(ml.Transforms.CutAnswers("Answer", "ContextText"));
    /// </code>
    /// </example>
    public QuestionAnsweringTrainer QuestionAnswering(string labelColumnName = "Label", string contextColumnName = "Context",
        string questionColumnName = "Question", SequenceNetwork? network = null, int epochs = 20) =>
        QuestionAnswering(With(new QuestionAnsweringTrainer.Options { QuestionColumnName = questionColumnName }, labelColumnName,
            contextColumnName, network, epochs, null));

    /// <inheritdoc cref="QuestionAnswering(string, string, string, SequenceNetwork, int)"/>
    public QuestionAnsweringTrainer QuestionAnswering(QuestionAnsweringTrainer.Options options) => new(_ml, options);
}
