using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Ranks the answers of test triples among all entities.</summary>
internal static class TripleRanking
{
    internal static KnowledgeGraphMetrics Rank(TripleModel model, TripleTable asked, KnownAnswers known, string[] relations)
    {
        if (asked.Count + asked.Skipped.Count == 0)
            throw new InvalidDataException("There are no triples to rank; expected at least one.");
        var heads = Ranks(model, asked, known, isTail: false);
        var tails = Ranks(model, asked, known, isTail: true);
        // an unknown entity is behind all that are known
        var behind = (double)model.Triples.EntityCount + 1;
        double[] unknown = [.. Enumerable.Repeat(behind, (int)asked.Skipped.Count)];
        return new()
        {
            Both = TripleRanks.Of([.. heads, .. tails, .. unknown, .. unknown]),
            Heads = TripleRanks.Of([.. heads, .. unknown]),
            Tails = TripleRanks.Of([.. tails, .. unknown]),
            UnknownCount = asked.Skipped.Count,
            PerRelation = relations.Select((name, relation) => (name, Ranks: OfRelation(relation))).Where(of => of.Ranks.Length > 0)
                .ToDictionary(of => of.name, of => TripleRanks.Of(of.Ranks)),
        };

        // Those with an unknown entity too, of both questions.
        double[] OfRelation(int relation) => [.. Enumerable.Range(0, asked.Count).Where(triple => asked.Relations[triple] == relation)
            .SelectMany(triple => (double[])[heads[triple], tails[triple]]),
            .. asked.SkippedRelations.Where(of => of == relation).SelectMany(_ => (double[])[behind, behind])];
    }

    /// <summary>
    /// The rank of each triple's answer: 1 + the number of greater scores among answers that aren't known + half of the equal ones.
    /// </summary>
    internal static double[] Ranks(TripleModel model, TripleTable asked, KnownAnswers known, bool isTail)
    {
        var (questions, answers) = isTail ? (asked.Sources, asked.Targets) : (asked.Targets, asked.Sources);
        var first = isTail ? asked.FirstTail : 0;
        var ranks = new double[asked.Count];
        model.ForEachQuestion(questions, asked.Relations, isTail, (question, scores) =>
        {
            var all = scores.Span;
            var own = all[answers[question] - first];
            int greater = 0, equal = 0;
            foreach (var score in all)
            {
                greater += score > own ? 1 : 0;
                equal += score == own ? 1 : 0;
            }
            foreach (var other in known.Of(questions[question], asked.Relations[question], isTail))
            {
                greater -= all[other - first] > own ? 1 : 0;
                equal -= all[other - first] == own ? 1 : 0;
            }
            // the answer itself is among those known
            ranks[question] = 1 + greater + equal / 2.0;
        });
        return ranks;
    }
}
