using System.Globalization;

namespace GraphsInTime.Data;

/// <summary>
/// Generated messages by a known rule: somebody writes to who wrote to them last, with probability 0.8, or else to anybody. New people join
/// all the time, so that who somebody is tells nothing.
/// </summary>
internal static class Replies
{
    private const int Messages = 6000, FirstPeople = 20, MessagesPerPerson = 60;
    private const double Answers = 0.8;

    internal static EventData Generate(int seed)
    {
        var random = new Random(seed);
        var time = 0.0;
        var lastOf = new Dictionary<int, int>();
        var (answers, sizes) = (new int[Messages], new int[Messages]);
        var events = new EventRow[Messages];
        for (var number = 0; number < Messages; number++)
        {
            time += -Math.Log(1 - random.NextDouble());
            var people = FirstPeople + number / MessagesPerPerson;
            var source = random.Next(people);
            int Other() => (source + 1 + random.Next(people - 1)) % people;
            var answered = lastOf.GetValueOrDefault(source, -1);
            var target = answered >= 0 && random.NextDouble() < Answers ? answered : Other();
            (answers[number], sizes[number]) = (answered, people);
            lastOf[target] = source;
            events[number] = new() { Time = time, Source = Name(source), Target = Name(target) };
        }
        return new("generated messages", events, false, "people answer who wrote to them last, or write to anybody")
        {
            Rule = (number, candidate) => (answers[number] < 0 ? 1 : 1 - Answers) / (sizes[number] - 1)
                + (answers[number] >= 0 && Name(answers[number]) == candidate ? Answers : 0),
        };
    }

    private static string Name(int person) => string.Create(CultureInfo.InvariantCulture, $"p{person}");
}
