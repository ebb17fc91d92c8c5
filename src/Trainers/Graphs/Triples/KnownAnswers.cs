namespace MLSeqGraph.Trainers;

/// <summary>The known answers of each question (head, relation, ?) and (?, relation, tail), in arrays.</summary>
internal sealed class KnownAnswers
{
    private readonly Dictionary<long, (int Start, int Count)> _questions = [];
    private readonly int[] _answers;
    private readonly int _entities;

    /// <param name="entities">Number of entities.</param>
    /// <param name="triples">Triples by numbers; repeated ones count once.</param>
    internal KnownAnswers(int entities, IEnumerable<(int Source, int Relation, int Target)> triples)
    {
        _entities = entities;
        List<(long Question, int Answer)> pairs = [];
        foreach (var (source, relation, target) in triples)
        {
            pairs.Add((Key(source, relation, isTail: true), target));
            pairs.Add((Key(target, relation, isTail: false), source));
        }
        (long Question, int Answer)[] sorted = [.. pairs.Distinct()];
        Array.Sort(sorted);
        _answers = Array.ConvertAll(sorted, pair => pair.Answer);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end].Question == sorted[start].Question; end++)
            {
            }
            _questions.Add(sorted[start].Question, (start, end - start));
        }
    }

    /// <summary>Whether nothing but the known answers could answer any question, so that there is nothing to tell them from.</summary>
    /// <param name="heads">How many entities can be heads.</param>
    /// <param name="tails">How many can be tails.</param>
    internal bool AreAll(int heads, int tails) =>
        _questions.All(question => question.Value.Count >= (question.Key / _entities % 2 == 0 ? tails : heads));

    /// <summary>The answers to a question, in ascending order.</summary>
    internal ReadOnlySpan<int> Of(int known, int relation, bool isTail) =>
        _questions.TryGetValue(Key(known, relation, isTail), out var found) ? _answers.AsSpan(found.Start, found.Count) : default;

    private long Key(int known, int relation, bool isTail) => (relation * 2L + (isTail ? 0 : 1)) * _entities + known;
}
