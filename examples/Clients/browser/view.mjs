// What the three parts of the page show alike.

// An element: its tag, its class, and texts or elements inside.
export function element(tag, className = '', ...inside) {
  const made = document.createElement(tag)
  made.className = className
  made.append(...inside)
  return made
}

// A bar, filled to a share from 0 to 1.
export function bar(share, className = '') {
  const filled = element('i', className)
  filled.style.width = `${100 * share}%`
  return element('div', 'bar', filled)
}

// A line for each class, with its probability.
export function showClasses(box, labels, scores) {
  const best = scores.indexOf(Math.max(...scores))
  box.replaceChildren(...labels.map((label, i) => element('div', i === best ? 'best' : '',
    element('span', '', label), bar(scores[i]), element('span', '', scores[i].toFixed(3)))))
}

// Runs `show` for what stands in the inputs, now and whenever they change: one run at a time, and always the last state. An error is shown
// in the section. When a state is shown, the section's data-shows says which.
export function keepShowing(section, state, show) {
  const error = section.querySelector('.error')
  let running = false, again = false
  const update = async () => {
    if (running) { again = true; return }
    running = true
    do {
      again = false
      const shown = state()
      try {
        await show(shown)
        error.hidden = true
      } catch (problem) {
        error.textContent = problem.message
        error.hidden = false
      }
      section.dataset.shows = typeof shown === 'string' ? shown : JSON.stringify(shown)
    } while (again)
    running = false
  }
  section.addEventListener('input', update)
  update()
  return update
}
