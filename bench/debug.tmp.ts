import { questionById } from "../src/quiz/question.js";
import { Vocabulary } from "../src/quiz/grader/vocabulary.js";
import { read } from "../src/quiz/grader/reading.js";
import { statementsOf } from "../src/quiz/grader/match.js";
const [id, point, text] = process.argv.slice(2) as [string,string,string];
const q=questionById(id); const r=read(text,q.rubric,new Vocabulary(q.rubric));
console.log(r.tokens.map((t,i)=>`${i}:${t.before?`[${t.before}]`.replace("\n","\\n"):""}${t.text}/${t.clause}.${t.segment}`).join(" "));
console.log("neg",JSON.stringify(r.negations.map(n=>[n.at.start,n.from,n.to])),"mentions",JSON.stringify(r.mentions.map(m=>[m.start,m.subject,m.contrast])));
for(const c of [...q.rubric.points,...q.rubric.misconceptions]) if(point==="*"||c.id===point) for(const s of statementsOf(c,r,q.rubric)) console.log(c.id,s.sign,s.start,s.end,s.subject,s.otherSubject,s.source);
